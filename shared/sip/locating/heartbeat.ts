/** Whether one of several servers is there: asked once a second, down when it owes an answer for a second, up when it says anything. */

import type { Cancel, Clock } from '../timing/clock.ts';

/** How often a server is asked, and how long it may owe the answer, ms. */
export const HEARTBEAT_MS = 1_000;
/** How often it is asked within that time before it counts as down: datagrams get lost. */
const TRIES = 4;

export interface HeartbeatOptions {
  readonly clock: Clock;
  /** Sends a question; its answer is told by `hears`. */
  readonly ask: () => void;
  readonly onDown: () => void;
  readonly onUp: () => void;
}

export class Heartbeat {
  readonly #options: HeartbeatOptions;
  #isDown = false;
  #owes = false;
  #triesLeft = 0;
  #askedAt = 0;
  #heardAt = -Infinity;
  #isRunning = false;
  #cancel: Cancel = () => undefined;

  /** Counts as up until it is found to be down. */
  constructor(options: HeartbeatOptions) {
    this.#options = options;
  }

  get isDown(): boolean {
    return this.#isDown;
  }

  get isRunning(): boolean {
    return this.#isRunning;
  }

  /** When it was last heard, on the clock; minus infinity for never. */
  get heardAt(): number {
    return this.#heardAt;
  }

  /** Asks now, and goes on. */
  start(): void {
    this.#isRunning = true;
    this.#beat();
  }

  /** Asks no more; nothing is held against it. */
  stop(): void {
    this.#cancel();
    this.#isRunning = false;
    this.#isDown = false;
    this.#owes = false;
  }

  /** It has said something. */
  hears(): void {
    this.#heardAt = this.#options.clock.now();
    this.#owes = false;
    if (!this.#isDown) return;
    this.#isDown = false;
    this.#options.onUp();
  }

  #beat(): void {
    this.#askedAt = this.#options.clock.now();
    this.#owes = true;
    this.#triesLeft = this.#isDown ? 1 : TRIES;
    this.#ask(HEARTBEAT_MS / this.#triesLeft);
  }

  /**
   * The time is counted in pieces, each from when the one before was over: a process that stood still for a while finds its timers due
   * before it reads what has come meanwhile.
   */
  #ask(pieceMs: number): void {
    const { clock } = this.#options;
    if (!this.#owes) {
      this.#cancel = clock.setTimeout(() => this.#beat(), Math.max(0, this.#askedAt + HEARTBEAT_MS - clock.now()));
    } else if (this.#triesLeft-- > 0) {
      this.#options.ask();
      this.#cancel = clock.setTimeout(() => this.#ask(pieceMs), pieceMs);
    } else {
      this.#fail();
      if (this.#isRunning) this.#beat();
    }
  }

  #fail(): void {
    if (this.#isDown) return;
    this.#isDown = true;
    this.#options.onDown();
  }
}
