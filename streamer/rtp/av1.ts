/**
 * Packing AV1 temporal units into RTP payloads (RTP Payload Format For AV1, version 1.0.0): an aggregation header, then OBUs
 * without their size fields, those that do not fit continued in the next packet; temporal delimiters are left out (§5).
 */

const AGGREGATION_BYTES = 1;
const CONTINUES_BEFORE = 0x80;
const CONTINUES_AFTER = 0x40;
const COUNT_SHIFT = 4;
/** More elements could only be told with a length for each. */
const MAX_ELEMENTS = 3;
const NEW_SEQUENCE = 0x08;

const TYPE_SHIFT = 3;
const TYPE_MASK = 0x0f;
const HAS_EXTENSION = 0x04;
const HAS_SIZE = 0x02;

const OBU = { sequenceHeader: 1, temporalDelimiter: 2, frameHeader: 3, frame: 6, tileList: 8, padding: 15 } as const;
const LEFT_OUT: ReadonlySet<number> = new Set([OBU.temporalDelimiter, OBU.tileList, OBU.padding]);

/** Sizes tried, each a byte smaller, until all packets come out alike. */
const MAX_TRIES = 8;

interface Obu {
  readonly type: number;
  /** Header without size field, then the payload. */
  readonly bytes: Buffer;
  readonly payload: Uint8Array;
}

/** A number in groups of seven bits, lowest first (AV1 bitstream specification §4.10.5). */
export function readLeb128(bytes: Uint8Array, at: number): { value: number; length: number } | undefined {
  let value = 0;
  for (let length = 0; length < 8; length++) {
    const byte = bytes[at + length];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * 2 ** (7 * length);
    if (byte < 0x80) return { value, length: length + 1 };
  }
  return undefined;
}

export function leb128(value: number): Buffer {
  const bytes: number[] = [];
  for (let left = value; bytes.length === 0 || left > 0; left = Math.floor(left / 128)) bytes.push((left % 128) | (left >= 128 ? 0x80 : 0));
  return Buffer.from(bytes);
}

/** Stops at what is damaged. */
function* obus(unit: Uint8Array): Generator<Obu> {
  for (let at = 0; at < unit.length; ) {
    const header = unit[at] ?? 0;
    const headerBytes = header & HAS_EXTENSION ? 2 : 1;
    const size = header & HAS_SIZE ? readLeb128(unit, at + headerBytes) : { value: unit.length - at - headerBytes, length: 0 };
    if (!size) return;
    const start = at + headerBytes + size.length;
    const end = start + size.value;
    if (end > unit.length || start > end) return;
    const payload = unit.subarray(start, end);
    const bytes = Buffer.concat([Buffer.from([header & ~HAS_SIZE]), unit.subarray(at + 1, at + headerBytes), payload]);
    yield { type: (header >> TYPE_SHIFT) & TYPE_MASK, bytes, payload };
    at = end;
  }
}

/** Fills each packet up to `size` bytes. */
function fill(elements: readonly Buffer[], size: number, newSequence: boolean): Buffer[] {
  const packets: Buffer[] = [];
  let index = 0;
  let offset = 0;
  while (index < elements.length) {
    const parts: Buffer[] = [];
    let room = size - AGGREGATION_BYTES;
    let count = 0;
    const continued = offset > 0;
    for (let open = true; open; ) {
      const rest = (elements[index] ?? Buffer.alloc(0)).subarray(offset);
      const length = leb128(rest.length);
      count++;
      const lastOfAll = index === elements.length - 1;
      if (rest.length >= room || lastOfAll || count === MAX_ELEMENTS || length.length + rest.length >= room) {
        const taken = rest.subarray(0, room);
        parts.push(taken);
        open = false;
        if (taken.length < rest.length) offset += taken.length;
        else [index, offset] = [index + 1, 0];
      } else {
        parts.push(length, rest);
        room -= length.length + rest.length;
        [index, offset] = [index + 1, 0];
      }
    }
    const first = newSequence && packets.length === 0 ? NEW_SEQUENCE : 0;
    const header = (continued ? CONTINUES_BEFORE : 0) | (offset > 0 ? CONTINUES_AFTER : 0) | (count << COUNT_SHIFT) | first;
    packets.push(Buffer.concat([Buffer.from([header]), ...parts]));
  }
  return packets;
}

const isEven = (packets: readonly Buffer[]): boolean => packets.slice(0, -1).every(({ length }) => length === packets[0]?.length);

/**
 * @param unit a temporal unit in the low-overhead format, as containers keep it
 * @param maxBytes of a payload, at least 4
 * @returns payloads of one size but for the last, save where many small OBUs make that impossible; nothing for a unit without OBUs
 */
export function packetizeAv1(unit: Uint8Array, maxBytes: number): Buffer[] {
  if (maxBytes < AGGREGATION_BYTES + 3) throw new RangeError(`A payload of ${maxBytes} bytes leaves no room for AV1`);
  const kept = [...obus(unit)].filter(({ type }) => !LEFT_OUT.has(type));
  const elements = kept.map(({ bytes }) => bytes);
  const newSequence = kept.some(({ type }) => type === OBU.sequenceHeader);
  const total = elements.reduce((sum, { length }) => sum + length, 0);
  const count = Math.ceil(total / (maxBytes - AGGREGATION_BYTES));
  // A little over the even share, for the lengths between elements.
  const even = Math.min(maxBytes, Math.ceil(total / Math.max(1, count)) + AGGREGATION_BYTES + 2 * Math.max(0, Math.min(MAX_ELEMENTS, elements.length) - 1));
  for (let size = even; size > even - MAX_TRIES && size > AGGREGATION_BYTES + 2; size--) {
    const packets = fill(elements, size, newSequence);
    if (isEven(packets)) return packets;
  }
  return fill(elements, maxBytes, newSequence);
}

/** Whether it begins with a shown frame of the type KEY_FRAME (AV1 bitstream specification §5.9.2). */
export function isAv1Keyframe(unit: Uint8Array): boolean {
  for (const { type, payload } of obus(unit)) {
    if (type !== OBU.frame && type !== OBU.frameHeader) continue;
    const first = payload[0] ?? 0xff;
    const showExisting = first >> 7;
    const frameType = (first >> 5) & 0x03;
    const shown = (first >> 4) & 0x01;
    return showExisting === 0 && frameType === 0 && shown === 1;
  }
  return false;
}

export function hasSequenceHeader(unit: Uint8Array): boolean {
  for (const { type } of obus(unit)) if (type === OBU.sequenceHeader) return true;
  return false;
}
