/**
 * What comes from one member: each stream is found by the names in its packets (RFC 8843 §9.2, RFC 8852), put in order, and published;
 * he is told what is missing, how he fares (RFC 3550 §6.4.2), and when each packet came, by which his browser finds out what it may send.
 */
import type { IncomingHeader } from '../rtp/incoming-header.ts';
import { MAX_REPORTS, writeEstimatedBitrate, writeNack, writePictureLoss, writeReceiverReport } from '../rtp/feedback-writer.ts';
import type { Feedback } from '../rtp/rtcp-reader.ts';
import { RTX_HEADER_BYTES } from '../rtp/rtx.ts';
import type { OfferedSending, PublishedKind } from '../webrtc/member-offer.ts';
import { ArrivalLog } from './arrivals.ts';
import { newForwardingCounts, type ForwardingCounts } from './counts.ts';
import { Encoding } from './encoding.ts';
import type { Publication } from './publication.ts';

/** Who reports; no stream of ours has this number. */
export const REPORTER_SSRC = 1;

const REPORT_INTERVAL_MS = 1_000;
/** Of NACKs for one stream. */
const NACK_INTERVAL_MS = 10;
/** Three sizes, sound and screen, each with repairs, and some that began anew. */
const MAX_STREAMS = 32;

/** A member's. */
const MOST_BITS_PER_SECOND = 3_000_000;
/** What may be sent to us where arrivals are not reported packet by packet, in bit/s, and how that follows from what comes. */
const ESTIMATE = { least: 600_000, growth: 1.5, retreat: 0.8, muchLost: 0.1 } as const;

interface Stream {
  readonly publication: Publication;
  readonly sending: OfferedSending;
  readonly encoding: Encoding;
  readonly repairs: boolean;
}

export interface UplinkOptions {
  readonly sendings: readonly OfferedSending[];
  readonly publications: ReadonlyMap<PublishedKind, Publication>;
  /** Counts nobody reads unless given. */
  readonly counts?: ForwardingCounts;
  readonly sendRtcp: (compound: Buffer) => void;
  /** Hears how loud he is (RFC 6464), in dB below the loudest: 0 to 127. */
  readonly onLevel: (level: number, now: number) => void;
  /** See {@link EncodingOptions}. */
  readonly raw?: boolean;
  /** What he may send at the most, where his arrivals are not reported packet by packet. */
  readonly mostBitsPerSecond?: number;
}

export class Uplink {
  readonly #options: UplinkOptions;
  readonly #counts: ForwardingCounts;
  readonly #arrivals = new ArrivalLog();
  readonly #streams = new Map<number, Stream>();
  readonly #mid: number | undefined;
  readonly #transportSequence: number | undefined;
  #latestSsrc = 0;
  #reportedMs = -Infinity;
  #nackedMs = -Infinity;

  constructor(options: UplinkOptions) {
    this.#options = options;
    this.#counts = options.counts ?? newForwardingCounts();
    const { sendings } = options;
    this.#mid = sendings.find(({ extensions }) => extensions.mid !== undefined)?.extensions.mid;
    this.#transportSequence = sendings.find(({ extensions }) => extensions.transportSequence !== undefined)?.extensions.transportSequence;
  }

  /** @param payload decrypted, in memory that nobody else changes */
  receive(header: IncomingHeader, payload: Buffer, now: number): void {
    const number = header.uint16(this.#transportSequence);
    if (number >= 0) this.#arrivals.note(number, now);
    const stream = this.#streams.get(header.ssrc) ?? this.#bind(header, now);
    if (!stream) return;
    const padding = header.padded && payload.length > 0 ? (payload[payload.length - 1] as number) : 0;
    if (padding > payload.length) return;
    const content = padding > 0 ? payload.subarray(0, payload.length - padding) : payload;
    if (stream.repairs) this.#receiveRepair(stream, header, content, now);
    else this.#receiveMedia(stream, header, content, now);
  }

  /** What he says of his own streams. */
  heed(feedback: Feedback, now: number): void {
    if (feedback.type !== 'sender-report') return;
    const stream = this.#streams.get(feedback.ssrc);
    if (stream && !stream.repairs) stream.encoding.noteSenderReport(feedback.ntp, feedback.rtpTimestamp, now);
  }

  /** To be called some twenty times a second. */
  tick(now: number): void {
    for (const packet of this.#arrivals.report(REPORTER_SSRC, this.#latestSsrc)) this.#options.sendRtcp(packet);
    for (const { encoding, sending } of this.#media()) {
      this.#askForMissing(encoding, sending, now);
      encoding.keyframes.look(now);
    }
    if (now - this.#reportedMs >= REPORT_INTERVAL_MS) this.#report(now);
  }

  #receiveMedia({ encoding, publication, sending }: Stream, header: IncomingHeader, payload: Buffer, now: number): void {
    this.#latestSsrc = header.ssrc;
    if (publication.kind === 'audio') {
      const level = header.byte(sending.extensions.audioLevel);
      if (level >= 0) this.#options.onLevel(level & 0x7f, now);
    }
    const packet = encoding.receive(header, header.sequenceNumber, payload, now, false);
    if (packet) publication.publish(encoding, packet, now);
    if (encoding.reception.missing.size > 0 && now - this.#nackedMs >= NACK_INTERVAL_MS) this.#askForMissing(encoding, sending, now);
  }

  /** RFC 4588 §4; what has no payload only fills the way. */
  #receiveRepair({ encoding, publication }: Stream, header: IncomingHeader, payload: Buffer, now: number): void {
    if (payload.length <= RTX_HEADER_BYTES) return;
    const packet = encoding.receive(header, payload.readUInt16BE(0), payload.subarray(RTX_HEADER_BYTES), now, true);
    if (packet) publication.publish(encoding, packet, now);
  }

  /** Finds out what a stream is from the first packet that tells; nothing is kept of one that does not. */
  #bind(header: IncomingHeader, now: number): Stream | undefined {
    if (this.#streams.size >= MAX_STREAMS) return undefined;
    const sending = this.#sendingOf(header);
    const publication = sending && this.#options.publications.get(sending.kind);
    if (!publication) return undefined;
    const repairs = header.payloadType === Number(sending.rtx?.number);
    if (!repairs && header.payloadType !== Number(sending.codec.number)) return undefined;
    const place = placeOf(sending, header, repairs);
    if (place < 0) return undefined;
    const known = publication.at(place);
    if (repairs && !known) return undefined;
    const encoding = repairs && known ? known : this.#newEncoding(publication, place, header.ssrc, sending, now);
    const stream = { publication, sending, encoding, repairs };
    this.#streams.set(header.ssrc, stream);
    return stream;
  }

  #newEncoding(publication: Publication, place: number, ssrc: number, { codec }: OfferedSending, now: number): Encoding {
    const encoding = new Encoding({ ssrc, kind: publication.media, clockRate: codec.clockRate, askForKeyframe: (media) => this.#askForKeyframe(media), now, raw: this.#options.raw ?? false });
    publication.put(place, encoding);
    return encoding;
  }

  #askForKeyframe(ssrc: number): void {
    this.#counts.keyframeRequestsSent++;
    this.#options.sendRtcp(writePictureLoss(REPORTER_SSRC, ssrc));
  }

  #sendingOf(header: IncomingHeader): OfferedSending | undefined {
    const { sendings } = this.#options;
    const mid = header.text(this.#mid);
    if (mid !== undefined) return sendings.find((sending) => sending.mid === mid);
    const named = sendings.find(({ streams }) => streams.some(({ ssrc, rtx }) => ssrc === header.ssrc || rtx === header.ssrc));
    if (named) return named;
    const byType = sendings.filter(({ codec, rtx }) => Number(codec.number) === header.payloadType || Number(rtx?.number) === header.payloadType);
    return byType.length === 1 ? byType[0] : undefined;
  }

  *#media(): Iterable<Stream> {
    for (const stream of this.#streams.values()) if (!stream.repairs) yield stream;
  }

  #askForMissing({ reception, keyframes }: Encoding, { codec, kind }: OfferedSending, now: number): void {
    if (codec.feedback.includes('nack')) {
      const due = reception.missing.due(now);
      if (due.length > 0) {
        this.#nackedMs = now;
        this.#counts.nacksSent++;
        this.#options.sendRtcp(writeNack(REPORTER_SSRC, reception.ssrc, due));
      }
    } else reception.missing.forget();
    if (reception.missing.gaveUp() && kind !== 'audio') keyframes.request(now);
  }

  #report(now: number): void {
    this.#reportedMs = now;
    const reports = [...this.#media()].flatMap(({ encoding }) => encoding.reception.report(now) ?? []).slice(0, MAX_REPORTS);
    if (reports.length === 0) return;
    const estimate = this.#transportSequence === undefined ? [writeEstimatedBitrate(REPORTER_SSRC, this.#estimate(now, Math.max(...reports.map(({ fractionLost }) => fractionLost))), reports.map(({ ssrc }) => ssrc))] : [];
    this.#options.sendRtcp(Buffer.concat([writeReceiverReport(REPORTER_SSRC, reports), ...estimate]));
  }

  #estimate(now: number, fractionLost: number): number {
    let received = 0;
    for (const { encoding } of this.#media()) received += encoding.bitsPerSecond(now) ?? 0;
    if (fractionLost > ESTIMATE.muchLost) return ESTIMATE.retreat * received;
    return Math.min(this.#options.mostBitsPerSecond ?? MOST_BITS_PER_SECOND, Math.max(ESTIMATE.least, ESTIMATE.growth * received));
  }
}

/** Which of the sizes of a picture a stream is; -1 where it does not tell. */
function placeOf({ rids, extensions }: OfferedSending, header: IncomingHeader, repairs: boolean): number {
  if (rids.length === 0) return 0;
  const rid = header.text(repairs ? extensions.repairedRid : extensions.rid);
  return rid === undefined ? -1 : rids.indexOf(rid);
}
