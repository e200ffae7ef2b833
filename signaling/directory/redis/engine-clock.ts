/**
 * The engine's clock as seen from here. Times that daemons share (when a binding ends, when a session changed) are the engine's, so that
 * daemons whose own clocks are apart agree.
 */

/** The clocks' own resolution, ms. */
const RESOLUTION_MS = 1;
const ORDER_STEP = 0.001;

export class EngineClock {
  readonly #now: () => number;
  #offset = 0;
  #lastOrder = 0;

  /** @param now our own, ms since 1970 */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** How far the engine is ahead of us, ms. */
  get offset(): number {
    return this.#offset;
  }

  /** Ms since 1970 of our own clock, as all entries in memory have it. */
  get local(): number {
    return this.#now();
  }

  /** Ms since 1970 of the engine's. */
  get engine(): number {
    return this.#now() + this.#offset;
  }

  toEngine(local: number): number {
    return local + this.#offset;
  }

  toLocal(engine: number): number {
    return engine - this.#offset;
  }

  /** A number that grows with time, and with each call: the order in which entries were made, whichever daemon made them. */
  nextOrder(): number {
    this.#lastOrder = Math.max(Math.round(this.engine), Math.round((this.#lastOrder + ORDER_STEP) / ORDER_STEP) * ORDER_STEP);
    return this.#lastOrder;
  }

  /**
   * Learns from the engine's answer to TIME. What the answer's way may account for is no difference: daemons beside the engine have its
   * times exactly.
   * @param askedAt when it was asked, by our own clock
   * @param engine what it said, ms since 1970
   */
  learn(askedAt: number, engine: number): void {
    const answeredAt = this.#now();
    const offset = engine - (askedAt + answeredAt) / 2;
    const uncertainty = (answeredAt - askedAt) / 2 + RESOLUTION_MS;
    if (Math.abs(offset - this.#offset) > uncertainty) this.#offset = Math.round(offset);
  }
}
