/** How much may be sent again to one viewer: a bucket that fills steadily, so that a viewer who asks for everything gets little. */

export class Budget {
  readonly #bytesPerMs: number;
  readonly #capacity: number;
  #left: number;
  #filledAt: number;

  /** @param now ms of any monotonic clock */
  constructor(bytesPerSecond: number, capacity: number, now: number) {
    this.#bytesPerMs = bytesPerSecond / 1000;
    this.#capacity = capacity;
    this.#left = capacity;
    this.#filledAt = now;
  }

  /** Whether there is anything left at this moment. */
  allows(now: number): boolean {
    this.#left = Math.min(this.#capacity, this.#left + (now - this.#filledAt) * this.#bytesPerMs);
    this.#filledAt = now;
    return this.#left > 0;
  }

  spend(bytes: number): void {
    this.#left -= bytes;
  }
}
