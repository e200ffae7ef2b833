/**
 * One track as one viewer gets it: his SSRC, sequence numbers and timestamps laid over the packets that all viewers share.
 * Where he starts at a keyframe that lies back, the frames up to the present one are squeezed together, so that he catches up at once.
 */
import { MAX_HEADER_BYTES } from '../rtp/packet.ts';
import { uint32, unwrap16 } from '../rtp/serial.ts';
import type { MediaPacket } from '../source/source.ts';
import type { TrackHistory } from './history.ts';
import type { SentLog } from './sent-log.ts';
import { SentRuns, ticksOf, type Squeezed } from './sent-runs.ts';
import type { NegotiatedTrack, OutgoingPacket } from './transport.ts';

/** Squeezed frames lie this far apart: near enough to be shown at once, far enough to stay distinct. */
const SQUEEZED_STEP_SECONDS = 0.001;
/** Frames squeezed in after one that was seen end before this has passed, for the next one may come as soon. */
const SHORTEST_FRAME_SECONDS = 1 / 60;

/** Where the numbers of a stream begin (RFC 3550 §5.1: at random). */
export interface Beginnings {
  /** 0 to 32,767: low enough that retransmission arithmetic never goes below 0. */
  readonly sequence: number;
  readonly rtxSequence: number;
  /** Added to each timestamp. */
  readonly timestamp: number;
}

export interface StreamOptions {
  readonly track: NegotiatedTrack;
  readonly history: TrackHistory;
  readonly beginnings: Beginnings;
  /** The viewer's log of all that he is sent, for those streams that carry its numbers. */
  readonly log: SentLog;
  readonly send: (packet: OutgoingPacket) => void;
}

type Writable<T> = { -readonly [Key in keyof T]: T[Key] };

const NOTHING = Buffer.alloc(0);

export class OutgoingStream {
  readonly track: NegotiatedTrack;
  readonly #log: SentLog;
  readonly #send: (packet: OutgoingPacket) => void;
  readonly #timestampOffset: number;
  readonly #sent: SentRuns;
  /** Written anew for each packet. */
  readonly #outgoing: Writable<OutgoingPacket>;
  #history: TrackHistory;
  #nextSequence: number;
  #nextRtxSequence: number;
  #started = false;
  #squeezed: Squeezed | undefined;
  #nextIndex = 0;
  /** Ticks of the source, as the viewer was told them. */
  #lastTicks = -Infinity;
  #onFirstPacket: (() => void) | undefined;
  #lastSentAt = -Infinity;
  #packets = 0;
  #octets = 0;
  #retransmitted = 0;

  constructor({ track, history, beginnings, log, send }: StreamOptions) {
    this.track = track;
    this.#history = history;
    this.#log = log;
    this.#sent = new SentRuns(track.kind);
    this.#send = send;
    this.#nextSequence = beginnings.sequence;
    this.#nextRtxSequence = beginnings.rtxSequence;
    this.#timestampOffset = beginnings.timestamp;
    const extension = track.transportSequenceExtension ?? 0;
    this.#outgoing = { ssrc: track.ssrc, payloadType: track.payloadType, marker: false, sequence: 0, timestamp: 0, extension, transportSequence: 0, originalSequence: -1, prefix: undefined, payload: NOTHING };
  }

  /** The track of the source that goes out. */
  get history(): TrackHistory {
    return this.#history;
  }

  get started(): boolean {
    return this.#started;
  }

  /** Packets of the source that this viewer has yet to get. */
  get behind(): number {
    return this.#started ? this.#history.next - this.#nextIndex : 0;
  }

  /** The latest time that was sent, in ticks of the source. */
  get lastTicks(): number {
    return this.#lastTicks;
  }

  /** ms of the viewer's clock. */
  get lastSentAt(): number {
    return this.#lastSentAt;
  }

  get packets(): number {
    return this.#packets;
  }

  /** Bytes of payload, retransmissions not counted (RFC 3550 §6.4.1). */
  get octets(): number {
    return this.#octets;
  }

  get retransmitted(): number {
    return this.#retransmitted;
  }

  /** Hears once when the first packet has gone out. */
  onFirstPacket(listener: () => void): void {
    if (this.#packets > 0) listener();
    else this.#onFirstPacket = listener;
  }

  /** From the next packet that comes. */
  startLive(): void {
    this.#begin(this.#history, this.#history.next, undefined);
  }

  /**
   * From a keyframe that lies back: every frame up to the latest one gets a time of its own just before it; or, when the viewer
   * has seen the latest one already, just after it.
   */
  startAt(history: TrackHistory, keyframe: MediaPacket): void {
    const { latest } = history;
    if (!latest) return;
    const frames = latest.frame - keyframe.frame;
    const { clockRate } = this.track;
    const usual = Math.round(clockRate * SQUEEZED_STEP_SECONDS);
    const seen = this.#lastTicks >= latest.timestamp - frames * usual;
    const step = seen ? Math.min(usual, Math.floor((clockRate * SHORTEST_FRAME_SECONDS) / (frames + 2))) : usual;
    const from = seen ? this.#lastTicks + step : latest.timestamp - frames * step;
    this.#begin(history, keyframe.index, { firstFrame: keyframe.frame, lastFrame: latest.frame, from, step });
  }

  /** Goes on with a track of another rendition, whose `keyframe` is the next picture; times are common to all renditions. */
  switchTo(history: TrackHistory, keyframe: MediaPacket): void {
    this.#begin(history, keyframe.index, undefined);
  }

  #begin(history: TrackHistory, firstIndex: number, squeezed: Squeezed | undefined): void {
    this.#started = true;
    this.#history = history;
    this.#squeezed = squeezed;
    this.#nextIndex = firstIndex;
    this.#sent.begin(this.#nextSequence, history, firstIndex, squeezed);
  }

  /** Sends what the viewer has yet to get except the latest `count` packets, which he never gets; no gap shows in his numbers. */
  leaveOut(count: number, now: number): void {
    this.advance(Math.max(0, this.behind - count), now);
    this.#nextIndex = this.#history.next;
    this.#sent.begin(this.#nextSequence, this.#history, this.#nextIndex, this.#squeezed);
  }

  /**
   * Sends up to `limit` of the packets that the viewer has yet to get.
   * @param now ms of the viewer's clock
   */
  advance(limit: number, now: number): void {
    const history = this.#history;
    const until = Math.min(history.next, this.#nextIndex + limit);
    if (!this.#started) return;
    while (this.#nextIndex < until) {
      const packet = history.get(this.#nextIndex);
      if (!packet) {
        this.#started = false; // overtaken: whoever drives this stream starts it anew at a keyframe
        return;
      }
      const sequence = this.#nextSequence++;
      const ticks = ticksOf(packet, this.#squeezed);
      this.#lastTicks = ticks;
      this.#nextIndex++;
      this.#packets++;
      this.#octets += packet.payload.length;
      this.#sendAs(packet, sequence, ticks, now);
      if (this.#packets === 1) this.#onFirstPacket?.();
    }
  }

  /**
   * Sends a packet again that the viewer misses: on its own stream if he takes one, else just as it was.
   * @param pauseMs how long it is taken to be on its way after it was sent again
   * @returns bytes sent, 0 when the packet is not known any more, or was sent again just before
   */
  retransmit(sequenceNumber: number, now: number, pauseMs = 0): number {
    const sequence = unwrap16(sequenceNumber, this.#nextSequence);
    const sent = this.#sent.find(sequence, this.#nextSequence);
    if (!sent || !this.#sent.mayResend(sequence, now, pauseMs)) return 0;
    const { packet, ticks } = sent;
    this.#retransmitted++;
    const { rtx, ssrc, payloadType } = this.track;
    if (!rtx) this.#sendAs(packet, sequence, ticks, now);
    else {
      const outgoing = this.#outgoing;
      outgoing.ssrc = rtx.ssrc;
      outgoing.payloadType = rtx.payloadType;
      outgoing.originalSequence = sequenceNumber;
      this.#sendAs(packet, this.#nextRtxSequence++, ticks, now);
      outgoing.ssrc = ssrc;
      outgoing.payloadType = payloadType;
      outgoing.originalSequence = -1;
    }
    return packet.payload.length + MAX_HEADER_BYTES;
  }

  /** A time of the source, in ticks since its epoch, as this viewer's timestamps say it. */
  timestampOf(ticks: number): number {
    return uint32(Math.round(ticks) + this.#timestampOffset);
  }

  #sendAs(packet: MediaPacket, sequence: number, ticks: number, now: number): void {
    const outgoing = this.#outgoing;
    this.#lastSentAt = now;
    outgoing.sequence = sequence;
    outgoing.timestamp = (ticks + this.#timestampOffset) % 0x1_0000_0000;
    outgoing.marker = packet.marker;
    outgoing.payload = packet.payload;
    if (outgoing.extension !== 0) outgoing.transportSequence = this.#log.note(packet.payload.length + MAX_HEADER_BYTES, now);
    this.#send(outgoing);
  }
}
