/** The fixed RTP header, written and read (RFC 3550 §5.1). */

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

/** Writes twelve bytes at the beginning of `target`. */
export function writeRtpHeader(target: Buffer, header: RtpHeader): void {
  target[0] = VERSION_BITS;
  target[1] = (header.marker ? MARKER_BIT : 0) | header.payloadType;
  target.writeUInt16BE(header.sequenceNumber, 2);
  target.writeUInt32BE(header.timestamp, 4);
  target.writeUInt32BE(header.ssrc, 8);
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
