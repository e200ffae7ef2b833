/** Turns the encoded frames of one track into shared RTP payloads with endless counters and timestamps in the track's clock. */
import { PAYLOAD_FORMATS, type PayloadFormat } from '../rtp/payload-format.ts';
import { PacketNumbers } from './packet-numbers.ts';
import type { EncodedFrame, MediaFrame, Track } from './source.ts';

/** Leaves room for RTP with its header extension, SRTP, UDP and IPv6 headers on a path whose packets hold 1,280 bytes. */
export const MAX_PAYLOAD_BYTES = 1_160;

export class Packetizer {
  readonly #track: Track;
  readonly #format: PayloadFormat;
  readonly #numbers: PacketNumbers;

  constructor(track: Track) {
    this.#track = track;
    this.#format = PAYLOAD_FORMATS[track.codec.name];
    this.#numbers = new PacketNumbers(track);
  }

  /** @returns undefined for a frame that holds nothing to send */
  packetize({ seconds, keyframe, data }: EncodedFrame): MediaFrame | undefined {
    if (data.length === 0) return undefined;
    const payloads = this.#format.packetize(data, MAX_PAYLOAD_BYTES);
    if (payloads.length === 0) return undefined;
    const { id, kind } = this.#track;
    return { track: id, kind, keyframe, discardable: this.#format.isDiscardable(data), packets: this.#numbers.number(seconds, payloads) };
  }
}
