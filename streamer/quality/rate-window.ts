/** Bits per second over the latest stretch of time. */

export class RateWindow {
  readonly #windowMs: number;
  readonly #entries: { readonly atMs: number; readonly bytes: number }[] = [];
  #bytes = 0;
  #beganMs = NaN;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** @param atMs ms of any clock that does not go backwards by much */
  add(atMs: number, bytes: number): void {
    if (Number.isNaN(this.#beganMs)) this.#beganMs = atMs;
    this.#entries.push({ atMs, bytes });
    this.#bytes += bytes;
    this.#forget(atMs);
  }

  /** Undefined until half of the stretch has passed: the burst that a viewer begins with is no rate. */
  bitsPerSecond(nowMs: number): number | undefined {
    this.#forget(nowMs);
    const elapsed = Math.min(this.#windowMs, nowMs - this.#beganMs);
    return elapsed >= this.#windowMs / 2 ? (this.#bytes * 8 * 1000) / elapsed : undefined;
  }

  #forget(nowMs: number): void {
    const entries = this.#entries;
    for (let first = entries[0]; first && first.atMs <= nowMs - this.#windowMs; first = entries[0]) {
      this.#bytes -= first.bytes;
      entries.shift();
    }
  }
}
