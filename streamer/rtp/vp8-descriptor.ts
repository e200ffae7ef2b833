/**
 * What stands before a piece of a VP8 frame (RFC 7741 §4.2), read and written anew: whoever is sent now one size of a picture, now
 * another, has to see one row of picture numbers.
 */

const EXTENDED = 0x80;
const START_OF_PARTITION = 0x10;
const PARTITION_MASK = 0x07;
const PICTURE_ID = 0x80;
const TL0PICIDX = 0x40;
const TEMPORAL_LAYER_OR_KEY = 0x30;
const LONG = 0x80;

export const SHORT_PICTURE_ID_BITS = 7;
export const LONG_PICTURE_ID_BITS = 15;
const TL0_BITS = 8;

/** A frame's first bytes: tag, start code, width and height of 14 bits each (RFC 6386 §9.1). */
const KEYFRAME_HEADER_BYTES = 10;
const SIZE_MASK = 0x3fff;

export interface Vp8Descriptor {
  /** Length in the payload. */
  readonly bytes: number;
  /** The first byte: whether the frame is no reference, begins a partition, and which one. */
  readonly first: number;
  /** -1 where there is none. */
  readonly pictureId: number;
  readonly pictureIdBits: number;
  /** Number of the frame of the lowest temporal layer; -1 where there is none. */
  readonly tl0: number;
  /** Temporal layer, sync bit and key frame index as one byte, with what says which of them are there; -1 where there is none. */
  readonly layer: number;
  readonly layerFlags: number;
}

/** Undefined for what is too short to be one. */
export function readVp8Descriptor(payload: Uint8Array): Vp8Descriptor | undefined {
  const first = payload[0];
  if (first === undefined) return undefined;
  let at = 1;
  let [pictureId, pictureIdBits, tl0, layer, layerFlags] = [-1, 0, -1, -1, 0];
  if (first & EXTENDED) {
    const flags = payload[at++] ?? 0;
    if (flags & PICTURE_ID) {
      const high = payload[at++] ?? 0;
      const long = (high & LONG) !== 0;
      pictureId = long ? ((high & 0x7f) << 8) | (payload[at++] ?? 0) : high;
      pictureIdBits = long ? LONG_PICTURE_ID_BITS : SHORT_PICTURE_ID_BITS;
    }
    if (flags & TL0PICIDX) tl0 = payload[at++] ?? 0;
    layerFlags = flags & TEMPORAL_LAYER_OR_KEY;
    if (layerFlags !== 0) layer = payload[at++] ?? 0;
  }
  return at < payload.length ? { bytes: at, first, pictureId, pictureIdBits, tl0, layer, layerFlags } : undefined;
}

/** Whether the frame's first byte follows. */
export function beginsFrame({ first }: Pick<Vp8Descriptor, 'first'>): boolean {
  return (first & START_OF_PARTITION) !== 0 && (first & PARTITION_MASK) === 0;
}

/** How many bytes {@link writeVp8Descriptor} writes. */
export function writtenBytes({ pictureId, tl0, layer }: Vp8Descriptor): number {
  if (pictureId < 0 && tl0 < 0 && layer < 0) return 1;
  return 2 + (pictureId < 0 ? 0 : 2) + (tl0 < 0 ? 0 : 1) + (layer < 0 ? 0 : 1);
}

/**
 * Writes a descriptor with other numbers in it.
 * @param target as long as {@link writtenBytes} says
 * @param pictureId endless; its low 15 bits are written, where there is one
 * @param tl0 endless; its low 8 bits are written, where there is one
 */
export function writeVp8Descriptor(target: Uint8Array, descriptor: Vp8Descriptor, pictureId: number, tl0: number): void {
  const { first, layer, layerFlags } = descriptor;
  const hasPictureId = descriptor.pictureId >= 0;
  const hasTl0 = descriptor.tl0 >= 0;
  const extended = hasPictureId || hasTl0 || layer >= 0;
  target[0] = extended ? first | EXTENDED : first & ~EXTENDED;
  if (!extended) return;
  target[1] = (hasPictureId ? PICTURE_ID : 0) | (hasTl0 ? TL0PICIDX : 0) | layerFlags;
  let at = 2;
  if (hasPictureId) {
    target[at++] = LONG | ((pictureId >>> 8) & 0x7f);
    target[at++] = pictureId & 0xff;
  }
  if (hasTl0) target[at++] = tl0 & 0xff;
  if (layer >= 0) target[at] = layer;
}

/** The endless counter nearest to `near` whose low `bits` are `wrapped`. */
export function unwrapBits(wrapped: number, bits: number, near: number): number {
  const size = 2 ** bits;
  const distance = (((wrapped - near) % size) + size) % size;
  return near + (distance < size / 2 ? distance : distance - size);
}

/** Of a counter that {@link Vp8Descriptor.tl0} is the low bits of. */
export function unwrapTl0(wrapped: number, near: number): number {
  return unwrapBits(wrapped, TL0_BITS, near);
}

/** A keyframe's height in pixels (RFC 6386 §9.1). @param frame its first bytes; undefined where they are too few */
export function keyframeHeight(frame: Uint8Array): number | undefined {
  if (frame.length < KEYFRAME_HEADER_BYTES) return undefined;
  return ((frame[8] as number) | ((frame[9] as number) << 8)) & SIZE_MASK;
}
