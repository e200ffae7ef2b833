/** Spreads what many would do at the same moment: a few at once, the others at a steady rate. */
import type { Clock } from '../../shared/sip/timing/clock.ts';

export interface TurnsOptions {
  readonly clock: Clock;
  readonly perSecond: number;
  /** How many may go at once after a rest. */
  readonly burst: number;
}

export class Turns {
  readonly #clock: Clock;
  readonly #intervalMs: number;
  readonly #burstMs: number;
  /** When the next turn would be, were there no bursts. */
  #next = -Infinity;

  constructor({ clock, perSecond, burst }: TurnsOptions) {
    this.#clock = clock;
    this.#intervalMs = 1000 / perSecond;
    this.#burstMs = burst * this.#intervalMs;
  }

  /** Takes the next turn. @returns how long until it comes, ms */
  next(): number {
    const now = this.#clock.now();
    this.#next = Math.max(this.#next, now - this.#burstMs) + this.#intervalMs;
    return Math.max(0, this.#next - now);
  }
}
