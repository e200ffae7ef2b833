/** Costly work, a few pieces at a time and a bounded number waiting: who comes when that is full is sent away, and nobody's memory grows. */
import { ApiError } from '../api-error.ts';

const RETRY_SECONDS = 5;

export class WorkQueue {
  readonly #atOnce: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor({ atOnce, maxWaiting }: { atOnce: number; maxWaiting: number }) {
    this.#atOnce = atOnce;
    this.#maxWaiting = maxWaiting;
  }

  /** Runs `work` when it is its turn. @throws ApiError 503 when too many wait already; else what `work` throws */
  async run<Result>(work: () => Promise<Result>): Promise<Result> {
    await this.#turn();
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      // The place goes to whoever waited longest, so that nobody who comes now takes it.
      if (next === undefined) this.#running--;
      else next();
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#atOnce) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= this.#maxWaiting) {
      throw new ApiError(503, 'too-busy', 'Too many people sign in at this moment: try again in a few seconds.', { headers: { 'Retry-After': String(RETRY_SECONDS) } });
    }
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
