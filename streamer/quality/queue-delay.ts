/** How long packets wait on their way: their delay beyond the least that was seen of late, since the clocks do not agree. */

/** A way may become longer for good; the least delay is looked for in two stretches as long as this. */
const STRETCH_MS = 30_000;
/** Keyframes come each second: within this there was one. */
const BURST_MEMORY_MS = 2_500;

export class QueueDelay {
  #leastMs = Infinity;
  #leastBeforeMs = Infinity;
  #stretchBeganMs = -Infinity;
  readonly #bursts: { readonly atMs: number; readonly drainMs: number }[] = [];
  #waitMs = 0;

  /** What the latest packets waited. */
  get waitMs(): number {
    return this.#waitMs;
  }

  /**
   * @param delayMs of the first packet of a train, plus any constant
   * @param drainMs how long the train took to come in
   */
  add(atMs: number, delayMs: number, drainMs: number): void {
    if (atMs - this.#stretchBeganMs > STRETCH_MS) {
      this.#leastBeforeMs = this.#leastMs;
      this.#leastMs = Infinity;
      this.#stretchBeganMs = atMs;
    }
    this.#leastMs = Math.min(this.#leastMs, delayMs);
    this.#waitMs = delayMs - Math.min(this.#leastMs, this.#leastBeforeMs);
    while (this.#bursts[0] && atMs - this.#bursts[0].atMs > BURST_MEMORY_MS) this.#bursts.shift();
    // Only those that are not outlasted by a later one count.
    while ((this.#bursts.at(-1)?.drainMs ?? Infinity) <= drainMs) this.#bursts.pop();
    this.#bursts.push({ atMs, drainMs });
  }

  /** What a packet may wait behind our own largest frame: no sign that the way is too narrow. */
  get ownBurstMs(): number {
    return this.#bursts[0]?.drainMs ?? 0;
  }
}
