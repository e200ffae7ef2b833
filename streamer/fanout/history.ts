/** The latest packets of one track, shared by all viewers: where a new one starts, and what a lost packet is sent again from. */
import type { MediaFrame, MediaPacket } from '../source/source.ts';

/** About ten seconds of a picture of 2 Mbit/s; a NACK comes within a round trip or two. */
const HISTORY_PACKETS = 2_048;
/** With more than this to catch up on, a new viewer waits for the next keyframe instead. */
const MAX_CATCH_UP_PACKETS = 1_024;

export class TrackHistory {
  /** The id of the track. */
  readonly track: number;
  readonly #ring: (MediaPacket | undefined)[] = new Array<MediaPacket | undefined>(HISTORY_PACKETS).fill(undefined);
  #next = 0;
  #keyframe: MediaPacket | undefined;

  constructor(track: number) {
    this.track = track;
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
    return this.#keyframe && this.#next - this.#keyframe.index <= MAX_CATCH_UP_PACKETS ? this.#keyframe : undefined;
  }

  add(frame: MediaFrame): void {
    if (frame.keyframe) this.#keyframe = frame.packets[0];
    for (const packet of frame.packets) {
      this.#ring[packet.index % HISTORY_PACKETS] = packet;
      this.#next = packet.index + 1;
    }
  }

  /** The packet with this index, unless it is too old or has not come yet. */
  get(index: number): MediaPacket | undefined {
    const packet = this.#ring[index % HISTORY_PACKETS];
    return packet?.index === index ? packet : undefined;
  }
}
