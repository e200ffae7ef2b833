/** How often something may happen within a time that moves along. */

export interface WindowLimits {
  readonly count: number;
  readonly ms: number;
}

export class Window {
  readonly #limits: WindowLimits;
  readonly #times: number[] = [];

  constructor(limits: WindowLimits) {
    this.#limits = limits;
  }

  /** Counts it. @returns false, and counts nothing, when it was enough. @param now milliseconds, monotonic */
  admit(now: number): boolean {
    const { count, ms } = this.#limits;
    while (this.#times[0] !== undefined && this.#times[0] <= now - ms) this.#times.shift();
    if (this.#times.length >= count) return false;
    this.#times.push(now);
    return true;
  }
}
