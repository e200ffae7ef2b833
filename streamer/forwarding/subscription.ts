/**
 * A track as one other member gets it: his SSRC, and one row of sequence numbers, times and picture numbers, whatever size of the
 * picture goes out and whatever was left out in between. From one size to another it is changed at a keyframe.
 */
import { SentPackets } from '../fanout/sent-packets.ts';
import type { SentLog } from '../fanout/sent-log.ts';
import type { Beginnings } from '../fanout/stream.ts';
import type { OutgoingPacket } from '../fanout/transport.ts';
import { MAX_HEADER_BYTES } from '../rtp/packet.ts';
import { uint32, unwrap16 } from '../rtp/serial.ts';
import { writeVp8Descriptor, writtenBytes } from '../rtp/vp8-descriptor.ts';
import type { SentForm, SentTrack } from '../webrtc/member-session.ts';
import type { Encoding } from './encoding.ts';
import type { Publication, Subscriber } from './publication.ts';
import type { PublishedPacket } from './published-packet.ts';

/** A NACK may speak of what was sent before the latest changes. */
const REMEMBERED_SEGMENTS = 8;
/** Where clocks say that a picture is further away from the one before than this, they are not believed. */
const MAX_STEP_SECONDS = 10;

/** A stretch of packets of one encoding without anything left out: its numbers are those of the sender, moved. */
interface Segment {
  readonly encoding: Encoding;
  readonly firstIndex: number;
  readonly firstSequence: number;
  readonly sequenceOffset: number;
  readonly timestampOffset: number;
  readonly pictureOffset: number;
  readonly tl0Offset: number;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const NOTHING = Buffer.alloc(0);

export interface SubscriptionOptions {
  readonly publication: Publication;
  readonly track: SentTrack;
  readonly beginnings: Beginnings;
  /** The receiver's log of all that he is sent. */
  readonly log: SentLog;
  readonly send: (packet: OutgoingPacket) => void;
  /** Hears that it is to be decided anew what goes out. */
  readonly onChanged: () => void;
}

export class Subscription implements Subscriber {
  readonly publication: Publication;
  readonly track: SentTrack;
  readonly #log: SentLog;
  readonly #send: (packet: OutgoingPacket) => void;
  readonly #onChanged: () => void;
  readonly #sent: SentPackets<PublishedPacket>;
  readonly #outgoing: Writable<OutgoingPacket>;
  readonly #prefixes: Uint8Array[] = [];
  readonly #segments: Segment[] = [];
  #form: SentForm | undefined;
  #wanted: Encoding | undefined;
  #current: Segment | undefined;
  #nextSequence: number;
  #nextRtxSequence: number;
  #lastTimestamp: number;
  #lastMs = NaN;
  #lastPictureId = 0;
  #lastTl0 = 0;
  #packets = 0;
  #octets = 0;

  constructor({ publication, track, beginnings, log, send, onChanged }: SubscriptionOptions) {
    this.publication = publication;
    this.track = track;
    this.#log = log;
    this.#send = send;
    this.#onChanged = onChanged;
    this.#sent = new SentPackets<PublishedPacket>(track.kind);
    this.#nextSequence = beginnings.sequence;
    this.#nextRtxSequence = beginnings.rtxSequence;
    this.#lastTimestamp = beginnings.timestamp;
    this.#outgoing = { ssrc: track.ssrc, payloadType: 0, marker: false, sequence: 0, timestamp: 0, extension: 0, transportSequence: 0, originalSequence: -1, prefix: undefined, payload: NOTHING };
    publication.subscribe(this);
  }

  /** Whether its member is known to take it. */
  get accepted(): boolean {
    return this.#form !== undefined;
  }

  /** What goes out, if anything does. */
  get current(): Encoding | undefined {
    return this.#current?.encoding;
  }

  /** What is to go out. */
  get wanted(): Encoding | undefined {
    return this.#wanted;
  }

  get packets(): number {
    return this.#packets;
  }

  /** From now on the member takes it like this, or not at all. */
  accept(form: SentForm | undefined): void {
    this.#form = form;
    if (!form) this.#wanted = this.#current = undefined;
    this.#outgoing.payloadType = form?.payloadType ?? 0;
    this.#outgoing.extension = form?.transportSequenceExtension ?? 0;
  }

  /** Chooses what goes out, from its next keyframe on, which is asked for; nothing at all for undefined, at once. */
  want(encoding: Encoding | undefined, now: number): void {
    this.#wanted = encoding;
    if (!encoding) this.#current = undefined;
    else if (this.#current?.encoding !== encoding) this.requestKeyframe(now);
  }

  /** Asks the sender for a keyframe of what goes out, and of what is to go out. */
  requestKeyframe(now: number): void {
    if (this.track.kind === 'audio') return;
    this.#current?.encoding.keyframes.request(now);
    if (this.#wanted !== this.#current?.encoding) this.#wanted?.keyframes.request(now);
  }

  /** What was muted goes on at a keyframe. */
  changed(): void {
    if (!this.publication.shown) this.#wanted = this.#current = undefined;
    this.#onChanged();
  }

  receive(encoding: Encoding, packet: PublishedPacket, now: number): void {
    if (!this.#form) return;
    const current = this.#current;
    if (encoding === this.#wanted && encoding !== current?.encoding && packet.keyframe) this.#forward(this.#begin(encoding, packet, now), packet, now);
    else if (encoding === current?.encoding && packet.index >= current.firstIndex) this.#forward(current, packet, now);
  }

  /**
   * Sends a packet again that the member misses.
   * @param pauseMs how long it is taken to be on its way after it was sent again
   * @returns bytes sent, 0 when the packet is not known any more, or was sent again just before
   */
  retransmit(sequenceNumber: number, now: number, pauseMs: number): number {
    return this.#resend(unwrap16(sequenceNumber, this.#nextSequence), now, pauseMs);
  }

  /** Sends the latest packets again, in one go, so that the member's feedback shows what his way carries. @returns bytes sent */
  probe(packets: number, now: number): number {
    if (this.#form?.rtxPayloadType === undefined) return 0;
    let bytes = 0;
    for (let sequence = this.#nextSequence - packets; sequence < this.#nextSequence; sequence++) bytes += this.#resend(sequence, now, 0);
    return bytes;
  }

  /** What a sender report says now; undefined as long as the sender has not said what belongs together. */
  senderReport(now: number): { readonly ssrc: number; readonly unixMs: number; readonly rtpTimestamp: number; readonly packetCount: number; readonly octetCount: number } | undefined {
    const segment = this.#current;
    const time = segment?.encoding.senderTime(now);
    if (!segment || !time) return undefined;
    return { ssrc: this.track.ssrc, unixMs: time.unixMs, rtpTimestamp: uint32(Math.round(time.ticks + segment.timestampOffset)), packetCount: this.#packets, octetCount: this.#octets };
  }

  close(): void {
    this.publication.unsubscribe(this);
    this.#form = undefined;
    this.#current = undefined;
    this.#segments.length = 0;
  }

  #begin(encoding: Encoding, { index, timestamp, descriptor }: PublishedPacket, now: number): Segment {
    const segment: Segment = {
      encoding,
      firstIndex: index,
      firstSequence: this.#nextSequence,
      sequenceOffset: this.#nextSequence - index,
      timestampOffset: this.#timestampOffset(encoding, timestamp, now),
      pictureOffset: this.#lastPictureId + 1 - (descriptor?.pictureId ?? 0),
      tl0Offset: this.#lastTl0 + 1 - (descriptor?.tl0 ?? 0),
    };
    this.#current = segment;
    this.#segments.push(segment);
    if (this.#segments.length > REMEMBERED_SEGMENTS) this.#segments.shift();
    return segment;
  }

  /** The sender's reports tell how far the clocks of two encodings are apart; without them, our own clock has to do. */
  #timestampOffset(encoding: Encoding, timestamp: number, now: number): number {
    const before = this.#segments.at(-1);
    if (!before) return this.#lastTimestamp - timestamp;
    const offset = before.timestampOffset + (before.encoding === encoding ? 0 : clocksApart(before.encoding, encoding, now));
    const step = timestamp + offset - this.#lastTimestamp;
    if (step > 0 && step < MAX_STEP_SECONDS * encoding.clockRate + ((now - this.#lastMs) / 1000) * encoding.clockRate) return Math.round(offset);
    return this.#lastTimestamp + Math.max(1, Math.round(((now - this.#lastMs) / 1000) * encoding.clockRate)) - timestamp;
  }

  #forward(segment: Segment, packet: PublishedPacket, now: number): void {
    const sequence = packet.index + segment.sequenceOffset;
    const timestamp = packet.timestamp + segment.timestampOffset;
    if (sequence >= this.#nextSequence) {
      this.#nextSequence = sequence + 1;
      this.#lastTimestamp = timestamp;
      this.#lastMs = now;
    }
    if (packet.descriptor) {
      this.#lastPictureId = Math.max(this.#lastPictureId, packet.descriptor.pictureId + segment.pictureOffset);
      this.#lastTl0 = Math.max(this.#lastTl0, packet.descriptor.tl0 + segment.tl0Offset);
    }
    this.#packets++;
    this.#octets += packet.payload.length;
    this.#sent.note(sequence, segment.encoding.history, packet.index, timestamp);
    this.#sendAs(segment, packet, sequence, timestamp, now);
  }

  #resend(sequence: number, now: number, pauseMs: number): number {
    const packet = sequence < this.#nextSequence && sequence >= 0 ? this.#sent.find(sequence) : undefined;
    const segment = this.#segments.findLast(({ firstSequence }) => firstSequence <= sequence);
    if (!packet || !segment || !this.#form || !this.#sent.mayResend(sequence, now, pauseMs)) return 0;
    const timestamp = this.#sent.ticksOf(sequence);
    const { rtxPayloadType, payloadType } = this.#form;
    if (rtxPayloadType === undefined) this.#sendAs(segment, packet, sequence, timestamp, now);
    else {
      const outgoing = this.#outgoing;
      outgoing.ssrc = this.track.rtxSsrc;
      outgoing.payloadType = rtxPayloadType;
      outgoing.originalSequence = sequence & 0xffff;
      this.#sendAs(segment, packet, this.#nextRtxSequence++, timestamp, now);
      outgoing.ssrc = this.track.ssrc;
      outgoing.payloadType = payloadType;
      outgoing.originalSequence = -1;
    }
    return packet.payload.length + MAX_HEADER_BYTES;
  }

  #sendAs(segment: Segment, { marker, descriptor, payload }: PublishedPacket, sequence: number, timestamp: number, now: number): void {
    const outgoing = this.#outgoing;
    outgoing.sequence = sequence;
    outgoing.timestamp = uint32(timestamp);
    outgoing.marker = marker;
    outgoing.payload = payload;
    outgoing.prefix = undefined;
    if (descriptor) {
      const prefix = this.#prefix(writtenBytes(descriptor));
      writeVp8Descriptor(prefix, descriptor, descriptor.pictureId + segment.pictureOffset, descriptor.tl0 + segment.tl0Offset);
      outgoing.prefix = prefix;
    }
    if (outgoing.extension !== 0) outgoing.transportSequence = this.#log.note(payload.length + MAX_HEADER_BYTES, now);
    this.#send(outgoing);
  }

  /** Memory that is written anew for each packet. */
  #prefix(bytes: number): Uint8Array {
    return (this.#prefixes[bytes] ??= new Uint8Array(bytes));
  }
}

/** Ticks to be added to times of `later` to make them times of `earlier`. */
function clocksApart(earlier: Encoding, later: Encoding, now: number): number {
  const one = earlier.senderTime(now);
  const other = later.senderTime(now);
  if (!one || !other) return NaN;
  return one.ticks - other.ticks + ((other.unixMs - one.unixMs) / 1000) * later.clockRate;
}
