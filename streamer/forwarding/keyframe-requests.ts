/** Who asks a member for a new picture: many others may need one at the same time, and each costs him as much as ten others. */

/** Between two requests; what comes in between is answered by the same picture. */
const INTERVAL_MS = 400;
/** Where none is answered, they become as rare as this. */
const LONGEST_INTERVAL_MS = 3_200;

export class KeyframeRequests {
  readonly #ask: () => void;
  #wanted = false;
  #repeats = false;
  #askedMs = -Infinity;
  #intervalMs = INTERVAL_MS;

  /** @param ask sends a request */
  constructor(ask: () => void) {
    this.#ask = ask;
  }

  /** Asks at once, or as soon as the interval has passed, if no keyframe has come until then. */
  request(now: number): void {
    this.#wanted = true;
    this.look(now);
  }

  /** To be called now and then: requests get lost. */
  look(now: number): void {
    if (!this.#wanted || now - this.#askedMs < this.#intervalMs) return;
    // The first that is asked for after a keyframe has come is no repetition.
    this.#intervalMs = this.#repeats ? Math.min(LONGEST_INTERVAL_MS, 2 * this.#intervalMs) : INTERVAL_MS;
    this.#repeats = true;
    this.#askedMs = now;
    this.#ask();
  }

  /** A keyframe has come. */
  satisfied(): void {
    this.#wanted = this.#repeats = false;
    this.#intervalMs = INTERVAL_MS;
  }
}
