/** How long it takes until a frame is out to everybody, as it was with those before: a keyframe to hundreds of viewers takes tens of milliseconds. */

/** Nobody begins sooner: what comes much too early is as bad for a viewer's buffer as what comes late. */
const LONGEST_MS = 40;
/** Frames smaller than this tell nothing: each costs something whatever its size. */
const TELLING_BYTES = 4_096;
/** How much of what is known a single frame changes. */
const SHARE = 0.25;

export class HandOutTime {
  #msPerByte = 0;

  /** No frame is taken to need more, ms. */
  get longest(): number {
    return this.#msPerByte > 0 ? LONGEST_MS : 0;
  }

  /** @param ms how long it took */
  note(bytes: number, ms: number): void {
    if (bytes >= TELLING_BYTES) this.#msPerByte += SHARE * (Math.max(0, ms) / bytes - this.#msPerByte);
  }

  /** @returns ms */
  of(bytes: number): number {
    return Math.min(this.longest, this.#msPerByte * bytes);
  }
}
