/** Bits per second over the latest second, in coarse steps: nothing is made for a single packet. */

const STEPS = 10;
const STEP_MS = 100;

export class RateMeter {
  readonly #bytes = new Float64Array(STEPS);
  /** Counts steps since the clock's zero. */
  #step = NaN;
  #beganMs = NaN;

  add(bytes: number, now: number): void {
    if (Number.isNaN(this.#beganMs)) this.#beganMs = now;
    const step = this.#advance(now);
    this.#bytes[step % STEPS] = (this.#bytes[step % STEPS] as number) + bytes;
  }

  /** Undefined until half a second has passed since the first packet. */
  bitsPerSecond(now: number): number | undefined {
    const elapsed = Math.min(STEPS * STEP_MS, now - this.#beganMs);
    if (!(elapsed >= (STEPS * STEP_MS) / 2)) return undefined;
    this.#advance(now);
    let sum = 0;
    for (const bytes of this.#bytes) sum += bytes;
    return (sum * 8 * 1000) / elapsed;
  }

  /** Empties what is older than a second. @returns the present step */
  #advance(now: number): number {
    const step = Math.floor(now / STEP_MS);
    if (Number.isNaN(this.#step) || step - this.#step >= STEPS) this.#bytes.fill(0);
    else for (let passed = this.#step + 1; passed <= step; passed++) this.#bytes[passed % STEPS] = 0;
    if (!(step < this.#step)) this.#step = step;
    return this.#step;
  }
}
