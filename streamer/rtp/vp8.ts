/** Packing VP8 frames into RTP payloads (RFC 7741 §4.2). */
import { evenPieces } from './pieces.ts';

/** X, R, N, S, R, PID of the mandatory byte; no extension follows, for nothing of it helps a receiver of one layer. */
const DESCRIPTOR_BYTES = 1;
const START_OF_PARTITION = 0x10;
const EXTENDED = 0x80;
const PARTITION_MASK = 0x07;

/**
 * Cuts a frame into payloads of at most `maxBytes`, all of one size except the last, which may be smaller by a few bytes.
 * @throws RangeError when the frame is empty or `maxBytes` leaves no room for a byte of it
 */
export function packetizeVp8(frame: Uint8Array, maxBytes: number): Buffer[] {
  const room = maxBytes - DESCRIPTOR_BYTES;
  if (frame.length === 0) throw new RangeError('A VP8 frame has at least one byte');
  if (room < 1) throw new RangeError(`A payload of ${maxBytes} bytes leaves no room for a VP8 frame`);
  return evenPieces(frame, room).map((piece, index) => {
    const payload = Buffer.allocUnsafe(DESCRIPTOR_BYTES + piece.length);
    payload[0] = index === 0 ? START_OF_PARTITION : 0;
    payload.set(piece, DESCRIPTOR_BYTES);
    return payload;
  });
}

/** Whether a frame can be decoded without any other: the inverse key frame flag (RFC 6386 §9.1). */
export function isVp8Keyframe(frame: Uint8Array): boolean {
  return frame.length > 0 && ((frame[0] ?? 1) & 0x01) === 0;
}

/** What a VP8 payload carries: whether it begins a frame and, if so, a keyframe; and the frame's bytes. Undefined when malformed. */
export function parseVp8Payload(payload: Uint8Array): { startsFrame: boolean; keyframe: boolean; data: Uint8Array } | undefined {
  const first = payload[0];
  if (first === undefined) return undefined;
  let at = DESCRIPTOR_BYTES;
  if (first & EXTENDED) {
    const extension = payload[at++] ?? 0;
    if (extension & 0x80) at += (payload[at] ?? 0) & 0x80 ? 2 : 1;
    if (extension & 0x40) at += 1;
    if (extension & 0x30) at += 1;
  }
  if (at >= payload.length) return undefined;
  const data = payload.subarray(at);
  const startsFrame = (first & START_OF_PARTITION) !== 0 && (first & PARTITION_MASK) === 0;
  return { startsFrame, keyframe: startsFrame && isVp8Keyframe(data), data };
}
