/**
 * Packing H.264 access units into RTP payloads, packetization mode 1 (RFC 6184 §6.3), and taking them out again: parameter sets together in a STAP-A,
 * a NAL unit that fits as it is, a larger one in FU-A fragments. A frame here is its NAL units, each after its length in four bytes.
 */
import { evenPieces } from './pieces.ts';

export const LENGTH_BYTES = 4;

const TYPE_MASK = 0x1f;
const REFERENCE_MASK = 0x60;
const HEADER_MASK = REFERENCE_MASK | 0x80;

const NAL = { slice: 1, idr: 5, sei: 6, sps: 7, pps: 8, delimiter: 9, endOfSequence: 10, endOfStream: 11, filler: 12 } as const;
const STAP_A = 24;
/** Of each NAL unit in a STAP-A. */
const AGGREGATED_LENGTH_BYTES = 2;
const FU_A = 28;
const FU_HEADER_BYTES = 2;
const FU_START = 0x80;
const FU_END = 0x40;

/** Of no use to a receiver, or made by the encoder for people: x264's alone holds 700 bytes. */
const LEFT_OUT: ReadonlySet<number> = new Set([NAL.sei, NAL.delimiter, NAL.endOfSequence, NAL.endOfStream, NAL.filler]);

const typeOf = (nal: Uint8Array): number => (nal[0] ?? 0) & TYPE_MASK;

/** Bytes beyond a length that lies are left out. */
export function* nalUnits(frame: Uint8Array, lengthBytes = LENGTH_BYTES): Generator<Uint8Array> {
  for (let at = 0; at + lengthBytes < frame.length; ) {
    let length = 0;
    for (let byte = 0; byte < lengthBytes; byte++) length = length * 256 + (frame[at + byte] ?? 0);
    at += lengthBytes;
    if (length > 0 && at + length <= frame.length) yield frame.subarray(at, at + length);
    at += length;
  }
}

/** NAL units in the form that this module reads. */
export function joinNalUnits(units: readonly Uint8Array[]): Buffer {
  const joined = Buffer.allocUnsafe(units.reduce((sum, { length }) => sum + LENGTH_BYTES + length, 0));
  let at = 0;
  for (const unit of units) {
    joined.writeUInt32BE(unit.length, at);
    joined.set(unit, at + LENGTH_BYTES);
    at += LENGTH_BYTES + unit.length;
  }
  return joined;
}

function aggregated(units: readonly Uint8Array[]): Buffer {
  const reference = units.reduce((highest, unit) => Math.max(highest, (unit[0] ?? 0) & REFERENCE_MASK), 0);
  const payload = Buffer.allocUnsafe(1 + units.reduce((sum, { length }) => sum + 2 + length, 0));
  payload[0] = reference | STAP_A;
  let at = 1;
  for (const unit of units) {
    payload.writeUInt16BE(unit.length, at);
    payload.set(unit, at + 2);
    at += 2 + unit.length;
  }
  return payload;
}

function fragmented(unit: Uint8Array, maxBytes: number): Buffer[] {
  const header = unit[0] ?? 0;
  return evenPieces(unit.subarray(1), maxBytes - FU_HEADER_BYTES).map((piece, index, { length }) => {
    const payload = Buffer.allocUnsafe(FU_HEADER_BYTES + piece.length);
    payload[0] = (header & HEADER_MASK) | FU_A;
    payload[1] = (index === 0 ? FU_START : 0) | (index === length - 1 ? FU_END : 0) | (header & TYPE_MASK);
    payload.set(piece, FU_HEADER_BYTES);
    return payload;
  });
}

const isParameterSet = (unit: Uint8Array): boolean => typeOf(unit) === NAL.sps || typeOf(unit) === NAL.pps;

function singly(units: readonly Uint8Array[], maxBytes: number): Buffer[] {
  return units.flatMap((unit) => (unit.length <= maxBytes ? [Buffer.from(unit)] : fragmented(unit, maxBytes)));
}

/**
 * @param maxBytes of a payload, at least 3
 * @returns nothing for an access unit that holds nothing to show
 */
export function packetizeH264(frame: Uint8Array, maxBytes: number): Buffer[] {
  if (maxBytes <= FU_HEADER_BYTES) throw new RangeError(`A payload of ${maxBytes} bytes leaves no room for H.264`);
  const units = [...nalUnits(frame)].filter((unit) => !LEFT_OUT.has(typeOf(unit)));
  const sets = units.filter(isParameterSet);
  const together = aggregated(sets);
  const setsSent = sets.length > 1 && together.length <= maxBytes ? [together] : singly(sets, maxBytes);
  return [...setsSent, ...singly(units.filter((unit) => !isParameterSet(unit)), maxBytes)];
}

/** Only an IDR picture is one: after another that a container calls a keyframe, pictures may refer to what was before it. */
export function isH264Keyframe(frame: Uint8Array): boolean {
  for (const unit of nalUnits(frame)) if (typeOf(unit) === NAL.idr) return true;
  return false;
}

/** Whether nothing in it is referred to (nal_ref_idc, RFC 6184 §1.3). */
export function isH264Discardable(frame: Uint8Array): boolean {
  let seen = false;
  for (const unit of nalUnits(frame)) {
    if (LEFT_OUT.has(typeOf(unit))) continue;
    if (((unit[0] ?? 0) & REFERENCE_MASK) !== 0) return false;
    seen = true;
  }
  return seen;
}

/** Whether it brings its own parameter sets. */
export function hasParameterSets(frame: Uint8Array): boolean {
  for (const unit of nalUnits(frame)) if (typeOf(unit) === NAL.sps) return true;
  return false;
}

/** Whether a NAL unit begins with this payload (RFC 6184 §5.6 to §5.8). */
export function startsNalUnit(payload: Uint8Array): boolean {
  return typeOf(payload) !== FU_A || ((payload[1] ?? 0) & FU_START) !== 0;
}

/**
 * The access unit that payloads carry, in the form that this module reads.
 * @param payloads of one access unit, in order
 * @returns undefined when a piece is missing, or one is of a kind that packetization mode 1 does not have
 */
export function joinH264(payloads: readonly Uint8Array[]): Buffer | undefined {
  const units: Uint8Array[] = [];
  let pieces: Uint8Array[] | undefined;
  for (const payload of payloads) {
    const type = typeOf(payload);
    if (type === FU_A) {
      const flags = payload[1];
      if (flags === undefined || (flags & FU_START) !== 0 === (pieces !== undefined)) return undefined;
      pieces ??= [Uint8Array.of(((payload[0] ?? 0) & HEADER_MASK) | (flags & TYPE_MASK))];
      pieces.push(payload.subarray(FU_HEADER_BYTES));
      if ((flags & FU_END) === 0) continue;
      units.push(Buffer.concat(pieces));
      pieces = undefined;
    } else if (pieces) return undefined;
    else if (type === STAP_A) units.push(...nalUnits(payload.subarray(1), AGGREGATED_LENGTH_BYTES));
    else if (type > 0 && type < STAP_A) units.push(payload);
    else return undefined;
  }
  return pieces || units.length === 0 ? undefined : joinNalUnits(units);
}

/** The parameter sets of an access unit, in the same form; empty where it brings none. */
export function parameterSets(frame: Uint8Array): Buffer {
  return joinNalUnits([...nalUnits(frame)].filter(isParameterSet));
}
