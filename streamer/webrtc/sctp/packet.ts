/** SCTP packets and the chunks in them, read and written (RFC 9260 §3). */
import { crc32c } from './checksum.ts';

const HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 4;
const CHECKSUM_AT = 8;

export const CHUNK = {
  data: 0,
  init: 1,
  initAck: 2,
  sack: 3,
  heartbeat: 4,
  heartbeatAck: 5,
  abort: 6,
  shutdown: 7,
  shutdownAck: 8,
  cookieEcho: 10,
  cookieAck: 11,
  shutdownComplete: 14,
} as const;

export interface Chunk {
  readonly type: number;
  readonly flags: number;
  /** What follows the chunk's own header. */
  readonly body: Buffer;
}

export interface SctpPacket {
  readonly sourcePort: number;
  readonly destinationPort: number;
  readonly verificationTag: number;
  readonly chunks: readonly Chunk[];
}

/**
 * The checksum is not looked at: DTLS has verified every byte already (RFC 9653 §5 lets senders leave it out for that reason).
 * @returns undefined for what is no packet
 */
export function parsePacket(datagram: Buffer): SctpPacket | undefined {
  if (datagram.length < HEADER_BYTES) return undefined;
  const chunks: Chunk[] = [];
  for (let at = HEADER_BYTES; at + CHUNK_HEADER_BYTES <= datagram.length; ) {
    const length = datagram.readUInt16BE(at + 2);
    if (length < CHUNK_HEADER_BYTES || at + length > datagram.length) return undefined;
    chunks.push({ type: datagram.readUInt8(at), flags: datagram.readUInt8(at + 1), body: datagram.subarray(at + CHUNK_HEADER_BYTES, at + length) });
    at += padded(length);
  }
  return { sourcePort: datagram.readUInt16BE(0), destinationPort: datagram.readUInt16BE(2), verificationTag: datagram.readUInt32BE(4), chunks };
}

export function formatPacket({ sourcePort, destinationPort, verificationTag, chunks }: SctpPacket): Buffer {
  const packet = Buffer.alloc(chunks.reduce((bytes, { body }) => bytes + padded(CHUNK_HEADER_BYTES + body.length), HEADER_BYTES));
  packet.writeUInt16BE(sourcePort, 0);
  packet.writeUInt16BE(destinationPort, 2);
  packet.writeUInt32BE(verificationTag, 4);
  let at = HEADER_BYTES;
  for (const { type, flags, body } of chunks) {
    packet.writeUInt8(type, at);
    packet.writeUInt8(flags, at + 1);
    packet.writeUInt16BE(CHUNK_HEADER_BYTES + body.length, at + 2);
    packet.set(body, at + CHUNK_HEADER_BYTES);
    at += padded(CHUNK_HEADER_BYTES + body.length);
  }
  packet.writeUInt32LE(crc32c(packet), CHECKSUM_AT);
  return packet;
}

function padded(length: number): number {
  return (length + 3) & ~3;
}
