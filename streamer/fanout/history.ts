/** The latest packets of one track, shared by all viewers: where a new one starts, and what a lost packet is sent again from. */
import type { MediaFrame, MediaPacket } from '../source/source.ts';

/** About ten seconds of a picture of 2 Mbit/s; a NACK comes within a round trip or two. */
const HISTORY_PACKETS = 2_048;
/** With more than this part of it to catch up on, a new viewer waits for the next keyframe instead. */
const CATCH_UP = 0.5;

export class TrackHistory {
  /** The id of the track. */
  readonly track: number;
  readonly #capacity: number;
  readonly #ring: (MediaPacket | undefined)[];
  #next = 0;
  #keyframe: MediaPacket | undefined;

  /** @param capacity how many packets are remembered */
  constructor(track: number, capacity = HISTORY_PACKETS) {
    this.track = track;
    this.#capacity = capacity;
    this.#ring = new Array<MediaPacket | undefined>(capacity).fill(undefined);
  }

  /** The index that the packet after the latest one will have. */
  get next(): number {
    return this.#next;
  }

  get latest(): MediaPacket | undefined {
    return this.get(this.#next - 1);
  }

  /** The first packet of the latest keyframe, unless too much has come since to catch up on. */
  get keyframe(): MediaPacket | undefined {
    return this.#keyframe && this.#next - this.#keyframe.index <= CATCH_UP * this.#capacity ? this.#keyframe : undefined;
  }

  add(frame: MediaFrame): void {
    if (frame.keyframe) this.#keyframe = frame.packets[0];
    for (const packet of frame.packets) {
      this.#ring[packet.index % this.#capacity] = packet;
      this.#next = packet.index + 1;
    }
  }

  /** The packet with this index, unless it is too old or has not come yet. */
  get(index: number): MediaPacket | undefined {
    const packet = this.#ring[index % this.#capacity];
    return packet?.index === index ? packet : undefined;
  }

  /** Lets go of all packets; those that come go on counting. */
  forget(): void {
    this.#ring.fill(undefined);
    this.#keyframe = undefined;
  }
}
