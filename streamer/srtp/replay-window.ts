/** Which of the latest packets have come already (RFC 3711 §3.3.2): a packet that is sent again by a stranger is heard only once. */

/** The least that the RFC asks for is 64. */
const WINDOW = 128;

export class ReplayWindow {
  readonly #seen = new Float64Array(WINDOW).fill(-1);
  #highest = -1;

  /** Whether a packet with this index may be new: it has not been noted, and is not too old to tell. */
  admits(index: number): boolean {
    return index > this.#highest - WINDOW && this.#seen[index % WINDOW] !== index;
  }

  /** To be called when the packet has proved to be authentic. */
  note(index: number): void {
    this.#seen[index % WINDOW] = index;
    if (index > this.#highest) this.#highest = index;
  }
}
