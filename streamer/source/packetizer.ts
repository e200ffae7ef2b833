/** Turns the encoded frames of one track into shared RTP payloads with endless counters and timestamps in the track's clock. */
import { opusSamples } from '../rtp/opus.ts';
import { PAYLOAD_FORMATS, type PayloadFormat } from '../rtp/payload-format.ts';
import type { EncodedFrame, MediaFrame, Track } from './source.ts';

/** Leaves room for RTP with its header extension, SRTP, UDP and IPv6 headers on a path whose packets hold 1,280 bytes. */
export const MAX_PAYLOAD_BYTES = 1_160;

/**
 * Containers round times to milliseconds, while a receiver of Opus takes a gap of a millisecond for lost sound:
 * up to this far apart, packets count as contiguous.
 */
const SNAP_SECONDS = 0.005;

export class Packetizer {
  readonly #track: Track;
  readonly #format: PayloadFormat;
  #packets = 0;
  #frames = 0;
  /** Where the next audio packet begins if nothing is missing. */
  #contiguous = NaN;

  constructor(track: Track) {
    this.#track = track;
    this.#format = PAYLOAD_FORMATS[track.codec.name];
  }

  /** @returns undefined for a frame that holds nothing to send */
  packetize(frame: EncodedFrame): MediaFrame | undefined {
    if (frame.data.length === 0) return undefined;
    const { id, kind } = this.#track;
    const timestamp = this.#timestampOf(frame);
    const payloads = this.#format.packetize(frame.data, MAX_PAYLOAD_BYTES);
    if (payloads.length === 0) return undefined;
    const number = this.#frames++;
    const packets = payloads.map((payload, piece) => ({
      index: this.#packets++,
      frame: number,
      timestamp,
      marker: kind === 'video' && piece === payloads.length - 1,
      payload,
    }));
    return { track: id, kind, keyframe: frame.keyframe, discardable: this.#format.isDiscardable(frame.data), packets };
  }

  #timestampOf(frame: EncodedFrame): number {
    const { clockRate, name } = this.#track.codec;
    const exact = Math.round(frame.seconds * clockRate);
    if (name !== 'opus') return exact;
    const timestamp = Math.abs(exact - this.#contiguous) < SNAP_SECONDS * clockRate ? this.#contiguous : exact;
    this.#contiguous = timestamp + opusSamples(frame.data);
    return timestamp;
  }
}
