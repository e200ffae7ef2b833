/** One stream of a bench's member as a browser sends it: named by its header extensions (RFC 8843 §15, RFC 8852), numbered, timed. */
import { randomBytes } from 'node:crypto';
import { ntpFromUnix } from '../../../../streamer/rtp/ntp.ts';
import { evenPieces } from '../../../../streamer/rtp/pieces.ts';
import { writeSenderReport } from '../../../../streamer/rtp/rtcp-writer.ts';

/** Numbers of the header extensions, as the offer has them. */
export const EXTENSION_IDS = { audioLevel: 1, transportSequence: 3, mid: 4, rid: 10 } as const;

const HEADER_BYTES = 12;
const ONE_BYTE_EXTENSIONS = 0xbede;
const MARKER = 0x80;
/** As browsers cut. */
const MAX_PAYLOAD_BYTES = 1_150;
const DESCRIPTOR_BYTES = 5;
const TIME_BYTES = 8;

export interface StreamPlan {
  readonly payloadType: number;
  readonly clockRate: number;
  readonly mid: string;
  readonly rid?: string;
  /** Whether it carries how loud it is (RFC 6464). */
  readonly loud?: boolean;
}

/** What a packet is made of, before encryption. */
export interface OutgoingParts {
  readonly header: Buffer;
  readonly payload: Buffer;
  readonly ssrc: number;
  readonly index: number;
}

export class OutgoingStream {
  readonly ssrc = randomBytes(4).readUInt32BE();
  readonly #plan: StreamPlan;
  readonly #extension: Buffer;
  readonly #transportSequenceAt: number;
  readonly #levelAt: number;
  readonly #firstTimestamp = randomBytes(4).readUInt32BE();
  #index = randomBytes(2).readUInt16BE() >> 1;
  #pictureId = randomBytes(2).readUInt16BE() & 0x7fff;
  #packets = 0;
  #octets = 0;

  constructor(plan: StreamPlan) {
    this.#plan = plan;
    const { mid, rid, loud = false } = plan;
    const element = (id: number, data: Buffer) => Buffer.concat([Buffer.from([(id << 4) | (data.length - 1)]), data]);
    const elements = [element(EXTENSION_IDS.transportSequence, Buffer.alloc(2)), ...(loud ? [element(EXTENSION_IDS.audioLevel, Buffer.alloc(1))] : []), element(EXTENSION_IDS.mid, Buffer.from(mid)), ...(rid === undefined ? [] : [element(EXTENSION_IDS.rid, Buffer.from(rid))])];
    const data = Buffer.concat(elements);
    const words = Math.ceil(data.length / 4);
    this.#extension = Buffer.alloc(4 + words * 4);
    this.#extension.writeUInt16BE(ONE_BYTE_EXTENSIONS, 0);
    this.#extension.writeUInt16BE(words, 2);
    data.copy(this.#extension, 4);
    this.#transportSequenceAt = HEADER_BYTES + 4 + 1;
    this.#levelAt = loud ? this.#transportSequenceAt + 2 + 1 : -1;
  }

  /** @param level in dB below the loudest */
  sound(packet: Buffer, seconds: number, level: number, nextTransportSequence: () => number): OutgoingParts {
    const parts = this.#packet(packet, seconds, true, nextTransportSequence());
    if (this.#levelAt > 0) parts.header[this.#levelAt] = MARKER | level;
    return parts;
  }

  /** @param time written into the last bytes of each packet, where the picture means nothing */
  *picture(frame: Buffer, seconds: number, nextTransportSequence: () => number, time: number | undefined): Iterable<OutgoingParts> {
    this.#pictureId = (this.#pictureId + 1) & 0x7fff;
    const pieces = evenPieces(frame, MAX_PAYLOAD_BYTES - DESCRIPTOR_BYTES);
    for (const [place, piece] of pieces.entries()) {
      const payload = Buffer.allocUnsafe(DESCRIPTOR_BYTES + piece.length);
      // X; I and L; a long picture number; a row of one temporal layer.
      payload[0] = place === 0 ? 0x90 : 0x80;
      payload[1] = 0xc0;
      payload.writeUInt16BE(0x8000 | this.#pictureId, 2);
      payload[4] = this.#pictureId & 0xff;
      payload.set(piece, DESCRIPTOR_BYTES);
      if (time !== undefined && payload.length >= DESCRIPTOR_BYTES + TIME_BYTES + 10) payload.writeDoubleBE(time, payload.length - TIME_BYTES);
      yield this.#packet(payload, seconds, place === pieces.length - 1, nextTransportSequence());
    }
  }

  /** What it says of itself (RFC 3550 §6.4.1). */
  report(seconds: number): Buffer {
    return writeSenderReport({ ssrc: this.ssrc, ntp: ntpFromUnix(performance.timeOrigin + performance.now()), rtpTimestamp: this.#timestamp(seconds), packetCount: this.#packets, octetCount: this.#octets });
  }

  #timestamp(seconds: number): number {
    return (this.#firstTimestamp + Math.round(seconds * this.#plan.clockRate)) % 2 ** 32;
  }

  #packet(payload: Buffer, seconds: number, marker: boolean, transportSequence: number): OutgoingParts {
    const index = this.#index++;
    const header = Buffer.alloc(HEADER_BYTES + this.#extension.length);
    header[0] = 0x90;
    header[1] = (marker ? MARKER : 0) | this.#plan.payloadType;
    header.writeUInt16BE(index & 0xffff, 2);
    header.writeUInt32BE(this.#timestamp(seconds), 4);
    header.writeUInt32BE(this.ssrc, 8);
    this.#extension.copy(header, HEADER_BYTES);
    header.writeUInt16BE(transportSequence & 0xffff, this.#transportSequenceAt);
    this.#packets++;
    this.#octets += payload.length;
    return { header, payload, ssrc: this.ssrc, index };
  }
}

/** The time that {@link OutgoingStream.picture} wrote; undefined where there is none. */
export function timeIn(payload: Buffer): number | undefined {
  return payload.length >= DESCRIPTOR_BYTES + TIME_BYTES + 10 ? payload.readDoubleBE(payload.length - TIME_BYTES) : undefined;
}
