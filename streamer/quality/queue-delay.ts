/** How long packets wait on their way: their delay beyond the least that was seen of late, since the clocks do not agree. */

/** A way may become longer for good; the least delay is looked for in two stretches as long as this. */
const STRETCH_MS = 30_000;
/** A frame that keeps the way busy for longer than this is too large for it. */
const LONGEST_BURST_MS = 250;
/** After twice its own length and this, a frame's queue is gone, or the way is too narrow. */
const DRAINED_AFTER_MS = 100;

export class QueueDelay {
  #leastMs = Infinity;
  #leastBeforeMs = Infinity;
  #stretchBeganMs = -Infinity;
  /** Those that may still explain something, the latest last. */
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
    const bursts = this.#bursts;
    while (bursts[0] && atMs - bursts[0].atMs >= 2 * LONGEST_BURST_MS + DRAINED_AFTER_MS) bursts.shift();
    bursts.push({ atMs, drainMs: Math.min(LONGEST_BURST_MS, drainMs) });
  }

  /**
   * What the latest packet may have waited behind our own largest frame before it, less and less as time goes by since that was
   * sent: no sign that the way is too narrow. Looked for when somebody asks, which is seldom.
   */
  get ownBurstMs(): number {
    const atMs = this.#bursts.at(-1)?.atMs ?? 0;
    let longest = 0;
    for (const burst of this.#bursts.slice(0, -1)) longest = Math.max(longest, burst.drainMs * (1 - (atMs - burst.atMs) / (2 * burst.drainMs + DRAINED_AFTER_MS)));
    return longest;
  }
}
