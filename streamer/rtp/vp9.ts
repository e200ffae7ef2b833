/**
 * Packing VP9 frames into RTP payloads (RFC 9628 §4.2) in the non-flexible mode, without layers, and taking them out again. No picture identifier is written:
 * a viewer for whom frames are left out, or who changes to another rendition, would take a jump in it for a loss.
 */
import { BitReader } from './bits.ts';
import { evenPieces } from './pieces.ts';

const DESCRIPTOR_BYTES = 1;
const PICTURE_ID = 0x80;
const INTER_PICTURE = 0x40;
const LAYERS = 0x20;
const FLEXIBLE = 0x10;
const START_OF_FRAME = 0x08;
const END_OF_FRAME = 0x04;
const SCALABILITY = 0x02;
const LONG_PICTURE_ID = 0x80;
/** In the flexible mode each reference says whether another follows, and there are at most three (RFC 9628 §4.2). */
const ANOTHER_REFERENCE = 0x01;

const FRAME_MARKER = 2;
const SUPERFRAME_MARKER = 0b110;
const REFERENCES = 3;
const FILTER_DELTAS = 4 + 2;

/** @throws RangeError when the frame is empty or `maxBytes` leaves no room for a byte of it */
export function packetizeVp9(frame: Uint8Array, maxBytes: number): Buffer[] {
  const room = maxBytes - DESCRIPTOR_BYTES;
  if (frame.length === 0) throw new RangeError('A VP9 frame has at least one byte');
  if (room < 1) throw new RangeError(`A payload of ${maxBytes} bytes leaves no room for a VP9 frame`);
  const inter = isVp9Keyframe(frame) ? 0 : INTER_PICTURE;
  return evenPieces(frame, room).map((piece, index, { length }) => {
    const payload = Buffer.allocUnsafe(DESCRIPTOR_BYTES + piece.length);
    payload[0] = inter | (index === 0 ? START_OF_FRAME : 0) | (index === length - 1 ? END_OF_FRAME : 0);
    payload.set(piece, DESCRIPTOR_BYTES);
    return payload;
  });
}

/** The bytes of a frame that a payload carries, and whether they are its first; undefined when malformed. */
export function parseVp9Payload(payload: Buffer): { readonly startsFrame: boolean; readonly data: Buffer } | undefined {
  const flags = payload[0] ?? 0;
  let at = DESCRIPTOR_BYTES;
  if (flags & PICTURE_ID) at += (payload[at] ?? 0) & LONG_PICTURE_ID ? 2 : 1;
  if (flags & LAYERS) at += flags & FLEXIBLE ? 1 : 2;
  if (flags & FLEXIBLE && flags & INTER_PICTURE) {
    for (let reference = 0; reference < REFERENCES; reference++) if (((payload[at++] ?? 0) & ANOTHER_REFERENCE) === 0) break;
  }
  if (flags & SCALABILITY) at += scalabilityBytes(payload, at);
  return at < payload.length ? { startsFrame: (flags & START_OF_FRAME) !== 0, data: payload.subarray(at) } : undefined;
}

/** Length of the structure that tells of layers (RFC 9628 §4.2.1). */
function scalabilityBytes(payload: Buffer, start: number): number {
  const flags = payload[start] ?? 0;
  const layers = (flags >> 5) + 1;
  let at = start + 1;
  if (flags & 0x10) at += 4 * layers;
  if (flags & 0x08) {
    const pictures = payload[at++] ?? 0;
    for (let picture = 0; picture < pictures; picture++) at += 1 + (((payload[at] ?? 0) >> 2) & 0x03);
  }
  return at - start;
}

interface FrameStart {
  readonly bits: BitReader;
  readonly profile: number;
  readonly keyframe: boolean;
}

/** The uncompressed header up to frame_type (VP9 bitstream specification §6.2); undefined where no coded frame follows. */
function readStart(frame: Uint8Array): FrameStart | undefined {
  const bits = new BitReader(frame);
  if (bits.bits(2) !== FRAME_MARKER) return undefined;
  const profile = bits.bit() + 2 * bits.bit();
  if (profile === 3) bits.skip(1);
  const showExisting = bits.flag();
  return showExisting ? undefined : { bits, profile, keyframe: bits.bit() === 0 };
}

export function isVp9Keyframe(frame: Uint8Array): boolean {
  return frame.length > 0 && readStart(frame)?.keyframe === true;
}

/** Several frames in one, told by a byte at its end (annex B). */
function isSuperframe(frame: Uint8Array): boolean {
  return (frame[frame.length - 1] ?? 0) >> 5 === SUPERFRAME_MARKER;
}

function skipFrameSize(bits: BitReader): void {
  let found = false;
  for (let reference = 0; reference < REFERENCES && !found; reference++) found = bits.flag();
  if (!found) bits.skip(32);
  if (bits.flag()) bits.skip(32);
}

/**
 * Whether no later frame needs this one: it is kept in no reference slot, nor are its probabilities, and it changes neither the
 * loop filter's deltas nor the segmentation, which last beyond a frame. (Where an encoder makes its frames resilient, each begins
 * with the usual deltas: §7.2.)
 */
export function isVp9Discardable(frame: Uint8Array): boolean {
  const start = readStart(frame);
  if (!start || start.keyframe || start.profile !== 0 || isSuperframe(frame)) return false;
  const { bits } = start;
  const shown = bits.flag();
  const resilient = bits.flag();
  const intraOnly = shown ? false : bits.flag();
  if (intraOnly) return false;
  if (!resilient) bits.skip(2);
  if (bits.bits(8) !== 0) return false;
  bits.skip(REFERENCES * 4);
  skipFrameSize(bits);
  bits.skip(1);
  if (!bits.flag()) bits.skip(2);
  const keepsProbabilities = resilient ? false : bits.flag();
  if (keepsProbabilities) return false;
  if (!resilient) bits.skip(1);
  bits.skip(2);
  bits.skip(9);
  const filterDeltas = bits.flag();
  if (filterDeltas && bits.flag()) {
    if (!resilient) return false;
    for (let delta = 0; delta < FILTER_DELTAS; delta++) if (bits.flag()) bits.skip(7);
  }
  bits.skip(8);
  for (let delta = 0; delta < 3; delta++) if (bits.flag()) bits.skip(5);
  return !bits.flag() && !bits.overrun;
}
