/** Reads the packets of a pcapng file (draft-ietf-opsawg-pcapng), ours or another's, of either byte order, with any number of sections. */
import { viewOf } from './bytes.ts';
import {
  BYTE_ORDER_MAGIC, ENHANCED_PACKET_BLOCK, INTERFACE_DESCRIPTION_BLOCK, INTERFACE_TIMESTAMP_RESOLUTION, OPTION_COMMENT, OPTION_END, SECTION_HEADER_BLOCK,
} from './pcapng-blocks.ts';

const MIN_BLOCK_BYTES = 12;
const MAX_INTERFACES = 1000;
/** Timestamps are in microseconds unless the interface says otherwise. */
const DEFAULT_UNITS_PER_SECOND = 1e6;

export interface CapturedPacket {
  /** Microseconds since 1970. */
  readonly microseconds: number;
  /** What the packet begins with, a LINKTYPE_ value. */
  readonly linkType: number;
  readonly packet: Uint8Array;
  readonly comment: string | undefined;
}

interface Interface {
  readonly linkType: number;
  readonly unitsPerSecond: number;
}

/** What was given is no pcapng file. */
export class PcapngError extends Error {
  override readonly name = 'PcapngError';
}

/**
 * The packets of a file in the order in which they stand there. One that ends within a block, as of a process that was killed, is read up to
 * there.
 * @throws PcapngError when it does not begin as pcapng does, or a block's length makes no sense
 */
export function* packetsIn(file: Uint8Array): Generator<CapturedPacket> {
  const view = viewOf(file);
  let littleEndian = true;
  let interfaces: Interface[] = [];
  if (file.length < MIN_BLOCK_BYTES || view.getUint32(0) !== SECTION_HEADER_BLOCK) throw new PcapngError('This is no pcapng file.');
  for (let offset = 0; offset + MIN_BLOCK_BYTES <= file.length;) {
    // This type reads the same in both orders.
    const isSection = view.getUint32(offset) === SECTION_HEADER_BLOCK;
    if (isSection) {
      littleEndian = view.getUint32(offset + 8, true) === BYTE_ORDER_MAGIC;
      interfaces = [];
    }
    const type = view.getUint32(offset, littleEndian);
    const length = view.getUint32(offset + 4, littleEndian);
    if (length < MIN_BLOCK_BYTES || length % 4 !== 0) throw new PcapngError(`A block at byte ${offset} says that it has ${length} bytes.`);
    if (offset + length > file.length) return;
    const body = file.subarray(offset + 8, offset + length - 4);
    if (type === INTERFACE_DESCRIPTION_BLOCK && interfaces.length < MAX_INTERFACES) interfaces.push(readInterface(body, littleEndian));
    const packet = type === ENHANCED_PACKET_BLOCK ? readPacket(body, littleEndian, interfaces) : undefined;
    if (packet) yield packet;
    offset += length;
  }
}

function readInterface(body: Uint8Array, littleEndian: boolean): Interface {
  const resolution = optionsIn(body.subarray(8), littleEndian).get(INTERFACE_TIMESTAMP_RESOLUTION)?.[0];
  return {
    linkType: body.length < 2 ? -1 : viewOf(body).getUint16(0, littleEndian),
    unitsPerSecond: resolution === undefined ? DEFAULT_UNITS_PER_SECOND : resolution & 0x80 ? 2 ** (resolution & 0x7f) : 10 ** resolution,
  };
}

function readPacket(body: Uint8Array, littleEndian: boolean, interfaces: readonly Interface[]): CapturedPacket | undefined {
  const view = viewOf(body);
  if (body.length < 20) return undefined;
  const from = interfaces[view.getUint32(0, littleEndian)];
  const bytes = view.getUint32(12, littleEndian);
  if (!from || 20 + bytes > body.length) return undefined;
  const units = view.getUint32(4, littleEndian) * 2 ** 32 + view.getUint32(8, littleEndian);
  const comment = optionsIn(body.subarray(20 + bytes + ((4 - (bytes % 4)) % 4)), littleEndian).get(OPTION_COMMENT);
  return {
    microseconds: Math.round((units / from.unitsPerSecond) * 1e6),
    linkType: from.linkType,
    packet: body.subarray(20, 20 + bytes),
    comment: comment && new TextDecoder().decode(comment),
  };
}

/** The first of each kind. */
function optionsIn(bytes: Uint8Array, littleEndian: boolean): Map<number, Uint8Array> {
  const found = new Map<number, Uint8Array>();
  const view = viewOf(bytes);
  for (let offset = 0; offset + 4 <= bytes.length;) {
    const code = view.getUint16(offset, littleEndian);
    const length = view.getUint16(offset + 2, littleEndian);
    if (code === OPTION_END) break;
    if (!found.has(code)) found.set(code, bytes.subarray(offset + 4, offset + 4 + length));
    offset += 4 + length + ((4 - (length % 4)) % 4);
  }
  return found;
}
