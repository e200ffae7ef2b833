/** The RTP header (RFC 3550 §5.1), written with the one extension that we send, and read whatever it holds. */

export const RTP_HEADER_BYTES = 12;
const VERSION_BITS = 0x80;
const MARKER_BIT = 0x80;
const EXTENSION_BIT = 0x10;
const PADDING_BIT = 0x20;

export interface RtpHeader {
  readonly marker: boolean;
  /** 0 to 127. */
  readonly payloadType: number;
  /** 0 to 65,535. */
  readonly sequenceNumber: number;
  /** Ticks of the codec's clock, modulo 2^32. */
  readonly timestamp: number;
  readonly ssrc: number;
}

export interface RtpPacket extends RtpHeader {
  readonly payload: Buffer;
}

/** What a header is written from. Whoever sends many packets keeps one such object and changes it, so that none is made for each. */
export interface OutgoingHeader {
  readonly ssrc: number;
  readonly payloadType: number;
  readonly marker: boolean;
  /** Endless: its low 16 bits go into the packet. */
  readonly sequence: number;
  /** Modulo 2^32. */
  readonly timestamp: number;
  /** The identifier, 1 to 14, under which the transport-wide sequence number goes; 0 for none. */
  readonly extension: number;
  /** Endless: its low 16 bits go into the packet. */
  readonly transportSequence: number;
}

/** The longest header that {@link writeRtpHeader} writes. */
export const MAX_HEADER_BYTES = RTP_HEADER_BYTES + 8;

/**
 * Writes a header at `at`, with the transport-wide sequence number in an extension of one-byte elements (RFC 8285 §4.2) if it is to go.
 * @returns the header's length, a multiple of four
 */
export function writeRtpHeader(target: Uint8Array, at: number, header: OutgoingHeader): number {
  const { sequence, timestamp, ssrc, extension } = header;
  target[at] = extension === 0 ? VERSION_BITS : VERSION_BITS | EXTENSION_BIT;
  target[at + 1] = header.marker ? MARKER_BIT | header.payloadType : header.payloadType;
  target[at + 2] = sequence >>> 8;
  target[at + 3] = sequence;
  target[at + 4] = timestamp >>> 24;
  target[at + 5] = timestamp >>> 16;
  target[at + 6] = timestamp >>> 8;
  target[at + 7] = timestamp;
  target[at + 8] = ssrc >>> 24;
  target[at + 9] = ssrc >>> 16;
  target[at + 10] = ssrc >>> 8;
  target[at + 11] = ssrc;
  if (extension === 0) return RTP_HEADER_BYTES;
  const { transportSequence } = header;
  target[at + 12] = 0xbe;
  target[at + 13] = 0xde;
  target[at + 14] = 0;
  target[at + 15] = 1;
  target[at + 16] = (extension << 4) | 1;
  target[at + 17] = transportSequence >>> 8;
  target[at + 18] = transportSequence;
  target[at + 19] = 0;
  return MAX_HEADER_BYTES;
}

/** Reads a packet, skipping contributing sources, header extension and padding; undefined for what is no RTP. */
export function parseRtp(datagram: Buffer): RtpPacket | undefined {
  if (datagram.length < RTP_HEADER_BYTES) return undefined;
  const first = datagram.readUInt8(0);
  if (first >> 6 !== 2) return undefined;
  let start = RTP_HEADER_BYTES + (first & 0x0f) * 4;
  if (first & EXTENSION_BIT) {
    if (datagram.length < start + 4) return undefined;
    start += 4 + datagram.readUInt16BE(start + 2) * 4;
  }
  const end = datagram.length - (first & PADDING_BIT ? (datagram.at(-1) ?? 0) : 0);
  if (start > end) return undefined;
  const second = datagram.readUInt8(1);
  return {
    marker: (second & MARKER_BIT) !== 0,
    payloadType: second & 0x7f,
    sequenceNumber: datagram.readUInt16BE(2),
    timestamp: datagram.readUInt32BE(4),
    ssrc: datagram.readUInt32BE(8),
    payload: datagram.subarray(start, end),
  };
}
