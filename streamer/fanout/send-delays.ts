/** How late frames go out: from the moment at which one was due at the source until the send call for its last viewer had returned. */

/** Upper bounds, in seconds, of what is counted together; what took longer than the last comes behind. */
export const SEND_DELAY_BOUNDS = [0.001, 0.002, 0.005, 0.01, 0.015, 0.02, 0.03, 0.05, 0.1, 0.2, 0.5, 1] as const;

const MS_PER_SECOND = 1000;

/** Frames by their delay. */
export interface DelayCounts {
  /** One for each bound, and one for what took longer. */
  readonly counts: readonly number[];
  /** All delays together. */
  readonly seconds: number;
}

export const NO_DELAYS: DelayCounts = { counts: Array.from({ length: SEND_DELAY_BOUNDS.length + 1 }, () => 0), seconds: 0 };

export class SendDelays {
  readonly #counts = [...NO_DELAYS.counts];
  #seconds = 0;

  /** @param ms below 0 where a live input's frame came before its time */
  note(ms: number): void {
    const seconds = Math.max(0, ms) / MS_PER_SECOND;
    let place = 0;
    while (place < SEND_DELAY_BOUNDS.length && seconds > (SEND_DELAY_BOUNDS[place] as number)) place++;
    this.#counts[place] = (this.#counts[place] as number) + 1;
    this.#seconds += seconds;
  }

  /** So far. */
  get counted(): DelayCounts {
    return { counts: [...this.#counts], seconds: this.#seconds };
  }
}
