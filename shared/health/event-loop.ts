/** Whether the event loop turns: a timer that fires late tells how long everything else had to wait. */
import { systemClock, type Cancel, type Clock } from '../sip/index.ts';

/** How often it is looked, ms. */
const BEAT_MS = 500;
/** A loop that was held up for so long leaves calls unanswered and pictures frozen, ms. */
export const STUCK_MS = 3_000;
/** For how long that is held against it, ms: whoever asks can only ask in between. */
export const REMEMBERED_MS = 15_000;

export class EventLoopWatch {
  readonly #clock: Clock;
  #expectedAt: number;
  #stuckAt = -Infinity;
  #cancel: Cancel;

  constructor(clock: Clock = systemClock) {
    this.#clock = clock;
    this.#expectedAt = clock.now() + BEAT_MS;
    this.#cancel = clock.setTimeout(() => this.#beat(), BEAT_MS);
  }

  /** False within 15 s of a time in which nothing went on for 3 s. */
  get turns(): boolean {
    this.#look();
    return this.#clock.now() - this.#stuckAt > REMEMBERED_MS;
  }

  close(): void {
    this.#cancel();
  }

  #beat(): void {
    this.#look();
    this.#expectedAt = this.#clock.now() + BEAT_MS;
    this.#cancel = this.#clock.setTimeout(() => this.#beat(), BEAT_MS);
  }

  #look(): void {
    const now = this.#clock.now();
    if (now - this.#expectedAt >= STUCK_MS) this.#stuckAt = now;
  }
}
