/**
 * One track as one viewer gets it: his SSRC, sequence numbers and timestamps laid over the packets that all viewers share.
 * Where he starts at a keyframe that lies back, the frames up to the present one are squeezed together, so that he catches up at once.
 */
import { RTP_HEADER_BYTES } from '../rtp/packet.ts';
import { wrapRtx } from '../rtp/rtx.ts';
import { uint32, unwrap16 } from '../rtp/serial.ts';
import type { MediaPacket } from '../source/source.ts';
import type { TrackHistory } from './history.ts';
import type { NegotiatedTrack, OutgoingPacket } from './transport.ts';

/** Squeezed frames lie this far apart: near enough to be shown at once, far enough to stay distinct. */
const SQUEEZED_STEP_SECONDS = 0.001;
/** Frames squeezed in after one that was seen end before this has passed, for the next one may come as soon. */
const SHORTEST_FRAME_SECONDS = 1 / 60;

/** Which packets of the source the present sequence numbers stand for; a viewer who starts over at a keyframe gets a new one. */
interface Segment {
  readonly firstIndex: number;
  readonly firstSequence: number;
  readonly squeezed: { readonly firstFrame: number; readonly lastFrame: number; readonly from: number; readonly step: number } | undefined;
}

/** Where the numbers of a stream begin (RFC 3550 §5.1: at random). */
export interface Beginnings {
  /** 0 to 32,767: low enough that retransmission arithmetic never goes below 0. */
  readonly sequence: number;
  readonly rtxSequence: number;
  /** Added to each timestamp. */
  readonly timestamp: number;
}

export class OutgoingStream {
  readonly track: NegotiatedTrack;
  /** The id of the source's track that goes out. */
  readonly source: number;
  readonly history: TrackHistory;
  readonly #send: (packet: OutgoingPacket) => void;
  readonly #timestampOffset: number;
  #nextSequence: number;
  #nextRtxSequence: number;
  #segment: Segment | undefined;
  #nextIndex = 0;
  #packets = 0;
  #octets = 0;
  #retransmitted = 0;

  constructor(track: NegotiatedTrack, source: number, history: TrackHistory, beginnings: Beginnings, send: (packet: OutgoingPacket) => void) {
    this.track = track;
    this.source = source;
    this.history = history;
    this.#send = send;
    this.#nextSequence = beginnings.sequence;
    this.#nextRtxSequence = beginnings.rtxSequence;
    this.#timestampOffset = beginnings.timestamp;
  }

  get started(): boolean {
    return this.#segment !== undefined;
  }

  /** Packets of the source that this viewer has yet to get. */
  get behind(): number {
    return this.#segment ? this.history.next - this.#nextIndex : 0;
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

  /** From the next packet that comes. */
  startLive(): void {
    this.#begin(this.history.next, undefined);
  }

  /**
   * From a keyframe that lies back: every frame up to the latest one gets a time of its own just before it; or, when the viewer
   * has seen the latest one already, just after it.
   */
  startAt(keyframe: MediaPacket): void {
    const { latest } = this.history;
    if (!latest) return;
    const frames = latest.frame - keyframe.frame;
    const { clockRate } = this.track;
    const inserted = Math.floor((clockRate * SHORTEST_FRAME_SECONDS) / (frames + 2));
    const step = Math.min(Math.round(clockRate * SQUEEZED_STEP_SECONDS), this.started ? inserted : Infinity);
    const from = this.started ? latest.timestamp + step : latest.timestamp - frames * step;
    this.#begin(keyframe.index, { firstFrame: keyframe.frame, lastFrame: latest.frame, from, step });
  }

  #begin(firstIndex: number, squeezed: Segment['squeezed']): void {
    this.#segment = { firstIndex, firstSequence: this.#nextSequence, squeezed };
    this.#nextIndex = firstIndex;
  }

  /** Sends up to `limit` of the packets that the viewer has yet to get. */
  advance(limit: number): void {
    for (let sent = 0; sent < limit && this.behind > 0; sent++) {
      const packet = this.history.get(this.#nextIndex);
      if (!packet) {
        this.#segment = undefined; // overtaken: whoever drives this stream starts it anew at a keyframe
        return;
      }
      this.#nextIndex++;
      this.#packets++;
      this.#octets += packet.payload.length;
      this.#send(this.#outgoing(packet, this.#nextSequence++));
    }
  }

  /**
   * Sends a packet again that the viewer misses: on its own stream if he takes one, else just as it was.
   * @returns bytes sent, 0 when the packet is not known any more
   */
  retransmit(sequenceNumber: number): number {
    const segment = this.#segment;
    if (!segment) return 0;
    const sequence = unwrap16(sequenceNumber, this.#nextSequence);
    const packet = sequence < segment.firstSequence || sequence >= this.#nextSequence ? undefined : this.history.get(segment.firstIndex + sequence - segment.firstSequence);
    if (!packet) return 0;
    this.#retransmitted++;
    const original = this.#outgoing(packet, sequence);
    const { rtx } = this.track;
    this.#send(rtx ? { ...original, ...rtx, sequence: this.#nextRtxSequence++, payload: wrapRtx(sequenceNumber, packet.payload) } : original);
    return packet.payload.length + RTP_HEADER_BYTES;
  }

  /** A time of the source, in ticks since its epoch, as this viewer's timestamps say it. */
  timestampOf(ticks: number): number {
    return uint32(Math.round(ticks) + this.#timestampOffset);
  }

  #outgoing(packet: MediaPacket, sequence: number): OutgoingPacket {
    const squeezed = this.#segment?.squeezed;
    const ticks = squeezed && packet.frame <= squeezed.lastFrame ? squeezed.from + (packet.frame - squeezed.firstFrame) * squeezed.step : packet.timestamp;
    const { ssrc, payloadType } = this.track;
    return { ssrc, payloadType, marker: packet.marker, sequence, timestamp: this.timestampOf(ticks), payload: packet.payload };
  }
}
