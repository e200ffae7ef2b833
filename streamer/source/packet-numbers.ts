/** Numbers and times of one track's packets: endless counters, and timestamps in the track's clock. */
import { opusSamples } from '../rtp/opus.ts';
import type { MediaPacket, Track } from './source.ts';

/**
 * Containers round times to milliseconds, while a receiver of Opus takes a gap of a millisecond for lost sound:
 * up to this far apart, packets count as contiguous.
 */
const SNAP_SECONDS = 0.005;

export class PacketNumbers {
  readonly #track: Track;
  #packets = 0;
  #frames = 0;
  /** Where the next packet of sound begins if nothing is missing. */
  #contiguous = NaN;

  constructor(track: Track) {
    this.#track = track;
  }

  /** What comes next is not taken for the continuation of what was before. */
  interrupt(): void {
    this.#contiguous = NaN;
  }

  /**
   * @param seconds since the epoch
   * @param payloads of one frame
   */
  number(seconds: number, payloads: readonly Buffer[]): MediaPacket[] {
    const timestamp = this.#timestampOf(seconds, payloads);
    const frame = this.#frames++;
    const isVideo = this.#track.kind === 'video';
    return payloads.map((payload, piece) => ({ index: this.#packets++, frame, timestamp, marker: isVideo && piece === payloads.length - 1, payload }));
  }

  #timestampOf(seconds: number, [first]: readonly Buffer[]): number {
    const { clockRate, name } = this.#track.codec;
    const exact = Math.round(seconds * clockRate);
    if (name !== 'opus' || !first) return exact;
    const timestamp = Math.abs(exact - this.#contiguous) < SNAP_SECONDS * clockRate ? this.#contiguous : exact;
    this.#contiguous = timestamp + opusSamples(first);
    return timestamp;
  }
}
