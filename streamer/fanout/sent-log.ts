/** When each of a viewer's latest packets was sent, by its transport-wide sequence number: what his feedback is measured against. */
import type { PacketFate } from '../quality/packet-fate.ts';

/** More than can be on its way, at 4 Mbit/s and a second there and back. */
const REMEMBERED = 1_024;

export class SentLog {
  readonly #times = new Float64Array(REMEMBERED);
  readonly #sizes = new Uint16Array(REMEMBERED);
  #next = 0;

  /** @returns the packet's number, endless */
  note(bytes: number, now: number): number {
    const sequence = this.#next++;
    this.#times[sequence % REMEMBERED] = now;
    this.#sizes[sequence % REMEMBERED] = bytes;
    return sequence;
  }

  /**
   * Joins arrivals to the packets that they speak of; passes over those that are forgotten or were never sent.
   * @param first number of the first packet, modulo 65,536
   * @param arrivals ms of the viewer's clock, one for each packet from the first on; NaN for one that has not come
   */
  join(first: number, arrivals: ArrayLike<number>): PacketFate[] {
    const fates: PacketFate[] = [];
    // The number nearest to the last one sent: feedback never speaks of the future.
    const begin = this.#next - 1 - ((this.#next - 1 - first) & 0xffff);
    for (let index = 0; index < arrivals.length; index++) {
      const sequence = begin + index;
      if (sequence < 0 || sequence >= this.#next || sequence < this.#next - REMEMBERED) continue;
      const at = sequence % REMEMBERED;
      const received = arrivals[index] as number;
      fates.push({ bytes: this.#sizes[at] as number, sentMs: this.#times[at] as number, receivedMs: Number.isNaN(received) ? undefined : received });
    }
    return fates;
  }
}
