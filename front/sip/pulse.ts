/** Whether the signaling daemon is alive, judged by what it says and by how long it owes an answer. */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { SignalingState } from '../directory/directory.ts';

/** A daemon that owes an answer for so long counts as down until something comes, ms. */
export const SILENCE_MS = 3_000;

export class Pulse {
  readonly #clock: Clock;
  readonly #listeners: ((state: SignalingState) => void)[] = [];
  /** Undefined until it was found to be the one or the other. */
  #state: SignalingState | undefined;
  #heardAt = -Infinity;
  #outages = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get state(): SignalingState {
    return this.#state ?? 'down';
  }

  /** How long nothing was heard, ms. */
  get silentMs(): number {
    return this.#clock.now() - this.#heardAt;
  }

  /** How often it went from up to down. */
  get outages(): number {
    return this.#outages;
  }

  onState(listener: (state: SignalingState) => void): void {
    this.#listeners.push(listener);
  }

  /** The daemon has said something. */
  beats(): void {
    this.#heardAt = this.#clock.now();
    this.#become('up');
  }

  /** The daemon cannot be used, whatever it said. */
  stops(): void {
    this.#become('down');
  }

  /** Waits for the daemon's answer, which may take its retransmissions; the state does not wait so long. */
  async owes<Answer>(answer: Promise<Answer>): Promise<Answer> {
    const cancel: Cancel = this.#clock.setTimeout(() => this.stops(), SILENCE_MS);
    try {
      const result = await answer;
      this.beats();
      return result;
    } catch (error) {
      this.stops();
      throw error;
    } finally {
      cancel();
    }
  }

  #become(state: SignalingState): void {
    if (state === this.#state) return;
    this.#state = state;
    if (state === 'down') this.#outages++;
    for (const listener of this.#listeners) listener(state);
  }
}
