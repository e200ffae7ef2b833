/** Waiting times between attempts that fail: doubled each time up to a limit, each made uneven so that not all try at once. */

export interface BackoffLimits {
  readonly firstMs: number;
  readonly maxMs: number;
}

/** Up to this part of a waiting time is taken off at random. */
const JITTER = 0.5;

export class Backoff {
  readonly #limits: BackoffLimits;
  readonly #random: () => number;
  #attempts = 0;

  /** @param random from 0 to 1, as Math.random gives it */
  constructor(limits: BackoffLimits, random: () => number) {
    this.#limits = limits;
    this.#random = random;
  }

  /** How long to wait before the next attempt, in ms. */
  next(): number {
    const { firstMs, maxMs } = this.#limits;
    const wait = Math.min(maxMs, firstMs * 2 ** this.#attempts);
    if (wait < maxMs) this.#attempts++;
    return wait * (1 - JITTER * this.#random());
  }

  /** After a success: the next failure waits briefly again. */
  reset(): void {
    this.#attempts = 0;
  }
}
