/** One stream of a member's track: all of it, or one of the sizes of his camera's picture; what others are sent is taken from here. */
import type { IncomingHeader } from '../rtp/incoming-header.ts';
import { unixFromNtp, type NtpTime } from '../rtp/ntp.ts';
import { unwrap32 } from '../rtp/serial.ts';
import { beginsFrame, keyframeHeight, readVp8Descriptor, unwrapBits, unwrapTl0, type Vp8Descriptor } from '../rtp/vp8-descriptor.ts';
import { isVp8Keyframe } from '../rtp/vp8.ts';
import { TrackHistory } from '../fanout/history.ts';
import { KeyframeRequests } from './keyframe-requests.ts';
import type { PublishedPacket } from './published-packet.ts';
import { RateMeter } from './rate-meter.ts';
import { Reception } from './reception.ts';

/** A NACK comes within a round trip or two: two seconds of a picture of 2 Mbit/s, and as long a time of sound. */
const HISTORY_PACKETS = { audio: 128, video: 512 } as const;
/** Without a packet for so long, its sender has given this size up; he does so where his own way is narrow. */
const SILENT_MS = 1_000;
const CYCLE = 2 ** 32;

export interface EncodingOptions {
  readonly ssrc: number;
  readonly kind: 'audio' | 'video';
  readonly clockRate: number;
  /** Sends its sender a request for a keyframe. */
  readonly askForKeyframe: (ssrc: number) => void;
  readonly now: number;
  /** Whether pictures are left as they come, for whoever puts them together: in whatever codec, and without looking for keyframes. */
  readonly raw?: boolean;
}

export class Encoding {
  readonly reception: Reception;
  readonly history: TrackHistory<PublishedPacket>;
  readonly keyframes: KeyframeRequests;
  readonly clockRate: number;
  /** Whether the codec is VP8, whose descriptors are to be written anew. */
  readonly #described: boolean;
  /** Whether each packet can do without those before it. */
  readonly #alone: boolean;
  readonly #rate = new RateMeter();
  #timestamp = NaN;
  #pictureId = NaN;
  #tl0 = NaN;
  #height: number | undefined;
  #heardMs: number;
  #report: { readonly unixMs: number; readonly ticks: number; readonly atMs: number } | undefined;

  constructor({ ssrc, kind, clockRate, askForKeyframe, now, raw = false }: EncodingOptions) {
    this.reception = new Reception(ssrc, clockRate);
    this.history = new TrackHistory<PublishedPacket>(ssrc, HISTORY_PACKETS[kind]);
    this.keyframes = new KeyframeRequests(() => askForKeyframe(ssrc));
    this.clockRate = clockRate;
    this.#described = kind === 'video' && !raw;
    this.#alone = kind === 'audio';
    this.#heardMs = now;
  }

  /** Of the latest keyframe, in pixels; undefined before the first. */
  get height(): number | undefined {
    return this.#height;
  }

  /** What comes in, in bit/s; undefined as long as that cannot be told. */
  bitsPerSecond(now: number): number | undefined {
    return this.#rate.bitsPerSecond(now);
  }

  isSilent(now: number): boolean {
    return now - this.#heardMs > SILENT_MS;
  }

  /**
   * Takes a packet, as it came or as a repair brought it.
   * @param sequenceNumber of the original packet
   * @returns undefined for what has come before or makes no sense
   */
  receive({ timestamp, marker }: Pick<IncomingHeader, 'timestamp' | 'marker'>, sequenceNumber: number, payload: Buffer, now: number, repair: boolean): PublishedPacket | undefined {
    const index = this.reception.note(sequenceNumber, timestamp, now, repair);
    if (index === undefined || this.history.get(index)) return undefined;
    this.#heardMs = now;
    this.#rate.add(payload.length, now);
    const ticks = Number.isNaN(this.#timestamp) ? timestamp + CYCLE : unwrap32(timestamp, this.#timestamp);
    if (Number.isNaN(this.#timestamp) || ticks > this.#timestamp) this.#timestamp = ticks;
    const packet = this.#described ? this.#pictureOf(index, ticks, marker, payload) : { index, timestamp: ticks, marker, keyframe: this.#alone, descriptor: undefined, payload };
    this.history.put(packet);
    return packet;
  }

  noteSenderReport(ntp: NtpTime, rtpTimestamp: number, now: number): void {
    this.reception.noteSenderReport(ntp, now);
    if (Number.isNaN(this.#timestamp)) return;
    this.#report = { unixMs: unixFromNtp(ntp), ticks: unwrap32(rtpTimestamp, this.#timestamp), atMs: now };
  }

  /** This moment by the sender's two clocks, which is what joins his sound to his picture; undefined before he has told. */
  senderTime(now: number): { readonly unixMs: number; readonly ticks: number } | undefined {
    const report = this.#report;
    if (!report) return undefined;
    const elapsed = now - report.atMs;
    return { unixMs: report.unixMs + elapsed, ticks: report.ticks + (elapsed / 1000) * this.clockRate };
  }

  #pictureOf(index: number, timestamp: number, marker: boolean, payload: Buffer): PublishedPacket {
    const read = readVp8Descriptor(payload);
    if (!read) return { index, timestamp, marker, keyframe: false, descriptor: undefined, payload: payload.subarray(payload.length) };
    const frame = payload.subarray(read.bytes);
    const keyframe = beginsFrame(read) && isVp8Keyframe(frame);
    if (keyframe) {
      this.#height = keyframeHeight(frame) ?? this.#height;
      this.keyframes.satisfied();
    }
    return { index, timestamp, marker, keyframe, descriptor: this.#endless(read), payload: frame };
  }

  #endless(read: Vp8Descriptor): Vp8Descriptor {
    const { pictureId, pictureIdBits, tl0 } = read;
    const endlessPictureId = pictureId < 0 ? pictureId : Number.isNaN(this.#pictureId) ? pictureId + 2 ** pictureIdBits : unwrapBits(pictureId, pictureIdBits, this.#pictureId);
    const endlessTl0 = tl0 < 0 ? tl0 : Number.isNaN(this.#tl0) ? tl0 + 256 : unwrapTl0(tl0, this.#tl0);
    if (pictureId >= 0) this.#pictureId = Math.max(endlessPictureId, Number.isNaN(this.#pictureId) ? 0 : this.#pictureId);
    if (tl0 >= 0) this.#tl0 = Math.max(endlessTl0, Number.isNaN(this.#tl0) ? 0 : this.#tl0);
    return { ...read, pictureId: endlessPictureId, tl0: endlessTl0 };
  }
}
