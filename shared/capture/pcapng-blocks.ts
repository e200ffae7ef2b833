/** The blocks of a pcapng file (draft-ietf-opsawg-pcapng): section header, interface description, enhanced packet. */
import { joined, textBytes, viewOf } from './bytes.ts';

/** Packets begin with an IPv4 or IPv6 header: LINKTYPE_RAW. */
export const LINKTYPE_RAW = 101;

export const SECTION_HEADER_BLOCK = 0x0a0d0d0a;
export const INTERFACE_DESCRIPTION_BLOCK = 1;
export const ENHANCED_PACKET_BLOCK = 6;
export const BYTE_ORDER_MAGIC = 0x1a2b3c4d;
const SECTION_LENGTH_UNKNOWN = 0xffffffff;

export const OPTION_END = 0;
export const OPTION_COMMENT = 1;
const SECTION_USER_APPLICATION = 4;
const INTERFACE_NAME = 2;
export const INTERFACE_TIMESTAMP_RESOLUTION = 9;
const PACKET_FLAGS = 2;
const MICROSECONDS = 6;

export type Direction = 'inbound' | 'outbound';
const DIRECTION_FLAGS: Readonly<Record<Direction, number>> = { inbound: 1, outbound: 2 };

export interface PacketRecord {
  /** Microseconds since 1970. */
  microseconds: number;
  direction: Direction;
  /** The IP packet. */
  packet: Uint8Array;
  comment?: string;
}

/** Opens a section of unknown length, little-endian. */
export function sectionHeaderBlock(application: string): Uint8Array {
  const body = new Uint8Array(16);
  const view = viewOf(body);
  view.setUint32(0, BYTE_ORDER_MAGIC, true);
  view.setUint16(4, 1, true);
  view.setUint32(8, SECTION_LENGTH_UNKNOWN, true);
  view.setUint32(12, SECTION_LENGTH_UNKNOWN, true);
  return block(SECTION_HEADER_BLOCK, [body, ...options([option(SECTION_USER_APPLICATION, textBytes(application))])]);
}

/** The one interface of the section, with timestamps in microseconds. */
export function interfaceDescriptionBlock(name: string): Uint8Array {
  const body = new Uint8Array(8);
  viewOf(body).setUint16(0, LINKTYPE_RAW, true);
  return block(INTERFACE_DESCRIPTION_BLOCK, [
    body,
    ...options([option(INTERFACE_NAME, textBytes(name)), option(INTERFACE_TIMESTAMP_RESOLUTION, Uint8Array.of(MICROSECONDS))]),
  ]);
}

/** One packet of interface 0. */
export function enhancedPacketBlock({ microseconds, direction, packet, comment }: PacketRecord): Uint8Array {
  const body = new Uint8Array(20);
  const view = viewOf(body);
  view.setUint32(4, Math.floor(microseconds / 2 ** 32), true);
  view.setUint32(8, microseconds % 2 ** 32, true);
  view.setUint32(12, packet.length, true);
  view.setUint32(16, packet.length, true);
  const flags = new Uint8Array(4);
  viewOf(flags).setUint32(0, DIRECTION_FLAGS[direction], true);
  const described = comment === undefined ? [] : [option(OPTION_COMMENT, textBytes(comment))];
  return block(ENHANCED_PACKET_BLOCK, [body, padded(packet), ...options([...described, option(PACKET_FLAGS, flags)])]);
}

function block(type: number, parts: Uint8Array[]): Uint8Array {
  const length = 12 + parts.reduce((sum, part) => sum + part.length, 0);
  const head = new Uint8Array(8);
  viewOf(head).setUint32(0, type, true);
  viewOf(head).setUint32(4, length, true);
  return joined([head, ...parts, head.subarray(4)]);
}

function options(list: Uint8Array[]): Uint8Array[] {
  return [...list, option(OPTION_END, new Uint8Array(0))];
}

function option(code: number, value: Uint8Array): Uint8Array {
  const head = new Uint8Array(4);
  viewOf(head).setUint16(0, code, true);
  viewOf(head).setUint16(2, value.length, true);
  return joined([head, padded(value)]);
}

function padded(bytes: Uint8Array): Uint8Array {
  const missing = (4 - (bytes.length % 4)) % 4;
  return missing === 0 ? bytes : joined([bytes, new Uint8Array(missing)]);
}
