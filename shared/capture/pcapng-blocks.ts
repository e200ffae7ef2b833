/** The blocks of a pcapng file (draft-ietf-opsawg-pcapng): section header, interface description, enhanced packet. */

/** Packets begin with an IPv4 or IPv6 header: LINKTYPE_RAW. */
const LINKTYPE_RAW = 101;

const SECTION_HEADER_BLOCK = 0x0a0d0d0a;
const INTERFACE_DESCRIPTION_BLOCK = 1;
const ENHANCED_PACKET_BLOCK = 6;
const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const SECTION_LENGTH_UNKNOWN = 0xffffffff;

const OPTION_END = 0;
const OPTION_COMMENT = 1;
const SECTION_USER_APPLICATION = 4;
const INTERFACE_NAME = 2;
const INTERFACE_TIMESTAMP_RESOLUTION = 9;
const PACKET_FLAGS = 2;
const MICROSECONDS = 6;

export type Direction = 'inbound' | 'outbound';
const DIRECTION_FLAGS: Readonly<Record<Direction, number>> = { inbound: 1, outbound: 2 };

export interface PacketRecord {
  /** Microseconds since 1970. */
  microseconds: number;
  direction: Direction;
  /** The IP packet. */
  packet: Buffer;
  comment?: string;
}

/** Opens a section of unknown length, little-endian. */
export function sectionHeaderBlock(application: string): Buffer {
  const body = Buffer.alloc(16);
  body.writeUInt32LE(BYTE_ORDER_MAGIC, 0);
  body.writeUInt16LE(1, 4);
  body.writeUInt32LE(SECTION_LENGTH_UNKNOWN, 8);
  body.writeUInt32LE(SECTION_LENGTH_UNKNOWN, 12);
  return block(SECTION_HEADER_BLOCK, [body, ...options([option(SECTION_USER_APPLICATION, Buffer.from(application))])]);
}

/** The one interface of the section, with timestamps in microseconds. */
export function interfaceDescriptionBlock(name: string): Buffer {
  const body = Buffer.alloc(8);
  body.writeUInt16LE(LINKTYPE_RAW, 0);
  return block(INTERFACE_DESCRIPTION_BLOCK, [
    body,
    ...options([option(INTERFACE_NAME, Buffer.from(name)), option(INTERFACE_TIMESTAMP_RESOLUTION, Buffer.from([MICROSECONDS]))]),
  ]);
}

/** One packet of interface 0. */
export function enhancedPacketBlock({ microseconds, direction, packet, comment }: PacketRecord): Buffer {
  const body = Buffer.alloc(20);
  body.writeUInt32LE(Math.floor(microseconds / 2 ** 32), 4);
  body.writeUInt32LE(microseconds % 2 ** 32, 8);
  body.writeUInt32LE(packet.length, 12);
  body.writeUInt32LE(packet.length, 16);
  const flags = Buffer.alloc(4);
  flags.writeUInt32LE(DIRECTION_FLAGS[direction]);
  const described = comment === undefined ? [] : [option(OPTION_COMMENT, Buffer.from(comment))];
  return block(ENHANCED_PACKET_BLOCK, [body, padded(packet), ...options([...described, option(PACKET_FLAGS, flags)])]);
}

function block(type: number, parts: Buffer[]): Buffer {
  const length = 12 + parts.reduce((sum, part) => sum + part.length, 0);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(length, 4);
  const tail = Buffer.alloc(4);
  tail.writeUInt32LE(length, 0);
  return Buffer.concat([head, ...parts, tail], length);
}

function options(list: Buffer[]): Buffer[] {
  return [...list, option(OPTION_END, Buffer.alloc(0))];
}

function option(code: number, value: Buffer): Buffer {
  const head = Buffer.alloc(4);
  head.writeUInt16LE(code, 0);
  head.writeUInt16LE(value.length, 2);
  return Buffer.concat([head, padded(value)]);
}

function padded(bytes: Buffer): Buffer {
  const missing = (4 - (bytes.length % 4)) % 4;
  return missing === 0 ? bytes : Buffer.concat([bytes, Buffer.alloc(missing)]);
}
