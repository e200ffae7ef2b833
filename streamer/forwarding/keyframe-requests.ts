/** Who asks a member for a new picture: many others may need one at the same time, and each costs him as much as ten others. */

/** Between two requests; what comes in between is answered by the same picture. */
const INTERVAL_MS = 400;

export class KeyframeRequests {
  readonly #ask: () => void;
  #wanted = false;
  #askedMs = -Infinity;

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
    if (!this.#wanted || now - this.#askedMs < INTERVAL_MS) return;
    this.#askedMs = now;
    this.#ask();
  }

  /** A keyframe has come. */
  satisfied(): void {
    this.#wanted = false;
  }
}
