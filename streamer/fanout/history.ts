/** The latest packets of one track, shared by all viewers: where a new one starts, and what a lost packet is sent again from. */
import type { MediaPacket } from '../source/source.ts';

/** About ten seconds of a picture of 2 Mbit/s; a NACK comes within a round trip or two. */
const HISTORY_PACKETS = 2_048;
/** With more than this part of it to catch up on, a new viewer waits for the next keyframe instead. */
const CATCH_UP = 0.5;

/** The least that is known of a packet. */
export interface Indexed {
  /** Counts the packets of the track, without wrapping. */
  readonly index: number;
}

export class TrackHistory<Packet extends Indexed = MediaPacket> {
  /** The id of the track. */
  readonly track: number;
  readonly #capacity: number;
  readonly #ring: (Packet | undefined)[];
  #next = 0;
  #keyframe: Packet | undefined;

  /** @param capacity how many packets are remembered */
  constructor(track: number, capacity = HISTORY_PACKETS) {
    this.track = track;
    this.#capacity = capacity;
    this.#ring = new Array<Packet | undefined>(capacity).fill(undefined);
  }

  /** The index that the packet after the latest one will have. */
  get next(): number {
    return this.#next;
  }

  get latest(): Packet | undefined {
    return this.get(this.#next - 1);
  }

  /** The first packet of the latest keyframe, unless too much has come since to catch up on. */
  get keyframe(): Packet | undefined {
    return this.#keyframe && this.#next - this.#keyframe.index <= CATCH_UP * this.#capacity ? this.#keyframe : undefined;
  }

  add(frame: { readonly keyframe: boolean; readonly packets: readonly Packet[] }): void {
    if (frame.keyframe) this.#keyframe = frame.packets[0];
    for (const packet of frame.packets) this.put(packet);
  }

  /** Adds one packet, which may come late: in place of whatever is as far back as can be remembered. */
  put(packet: Packet): void {
    this.#ring[packet.index % this.#capacity] = packet;
    if (packet.index >= this.#next) this.#next = packet.index + 1;
  }

  /** The packet with this index, unless it is too old or has not come yet. */
  get(index: number): Packet | undefined {
    const packet = this.#ring[index % this.#capacity];
    return packet?.index === index ? packet : undefined;
  }

  /** Lets go of all packets; those that come go on counting. */
  forget(): void {
    this.#ring.fill(undefined);
    this.#keyframe = undefined;
  }
}
