/**
 * Which later frames a VP8 frame leaves its mark on, read from its header (RFC 6386 §9, §19.2). Most of the header is coded by
 * the boolean decoder of §7; its flags have even odds, so that they can be read without any state of the decoder.
 */

const EVEN_ODDS = 128;

/** RFC 6386 §7.3, reading bits of even odds only. */
class BooleanDecoder {
  readonly #bytes: Uint8Array;
  #at: number;
  #value: number;
  #range = 255;
  #shifted = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#value = (this.#byte(start) << 8) | this.#byte(start + 1);
    this.#at = start + 2;
  }

  flag(): boolean {
    const split = 1 + (((this.#range - 1) * EVEN_ODDS) >> 8);
    const threshold = split << 8;
    const set = this.#value >= threshold;
    if (set) {
      this.#range -= split;
      this.#value -= threshold;
    } else this.#range = split;
    while (this.#range < 128) {
      this.#value <<= 1;
      this.#range <<= 1;
      if (++this.#shifted === 8) {
        this.#shifted = 0;
        this.#value |= this.#byte(this.#at++);
      }
    }
    return set;
  }

  skip(bits: number): void {
    for (let bit = 0; bit < bits; bit++) this.flag();
  }

  #byte(at: number): number {
    return this.#bytes[at] ?? 0;
  }
}

const FRAME_TAG_BYTES = 3;
const LOOP_FILTER_BITS = 1 + 6 + 3;
const FILTER_DELTAS = 4 + 4;
const QUANTIZER_DELTAS = 5;

/** An encoder that sends all of them says them again in each frame: what one sets does not outlast it. */
function readsAllDeltas(header: BooleanDecoder): boolean {
  let all = true;
  for (let delta = 0; delta < FILTER_DELTAS; delta++) {
    if (header.flag()) header.skip(6 + 1);
    else all = false;
  }
  return all;
}

/**
 * Whether no later frame needs this one: it is kept as none of the three references, moves none of them, and leaves neither
 * probabilities nor filter deltas nor segments behind.
 */
export function isVp8Discardable(frame: Uint8Array): boolean {
  if (frame.length <= FRAME_TAG_BYTES || ((frame[0] ?? 0) & 0x01) === 0) return false;
  const header = new BooleanDecoder(frame, FRAME_TAG_BYTES);
  const segmented = header.flag();
  if (segmented) return false;
  header.skip(LOOP_FILTER_BITS);
  const filterDeltas = header.flag();
  if (filterDeltas && header.flag() && !readsAllDeltas(header)) return false;
  header.skip(2 + 7);
  for (let delta = 0; delta < QUANTIZER_DELTAS; delta++) if (header.flag()) header.skip(5);
  const refreshGolden = header.flag();
  const refreshAltref = header.flag();
  if (refreshGolden || refreshAltref) return false;
  const copies = [header.flag(), header.flag(), header.flag(), header.flag()];
  if (copies.includes(true)) return false;
  header.skip(2);
  const refreshProbabilities = header.flag();
  const refreshLast = header.flag();
  return !refreshProbabilities && !refreshLast;
}
