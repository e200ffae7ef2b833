/** Counters that wrap: RTP sequence numbers (16 bits) and timestamps (32 bits), RFC 3550 §5.1 and appendix A.1. */

/** The part of an endless counter that fits in 16 bits. */
export function uint16(value: number): number {
  return ((value % 0x1_0000) + 0x1_0000) % 0x1_0000;
}

/** The part of an endless counter that fits in 32 bits. */
export function uint32(value: number): number {
  return ((value % 0x1_0000_0000) + 0x1_0000_0000) % 0x1_0000_0000;
}

/** The endless counter nearest to `near` whose low 16 bits are `wrapped`. */
export function unwrap16(wrapped: number, near: number): number {
  const distance = uint16(wrapped - near);
  return near + (distance < 0x8000 ? distance : distance - 0x1_0000);
}

/** The endless counter nearest to `near` whose low 32 bits are `wrapped`. */
export function unwrap32(wrapped: number, near: number): number {
  const distance = uint32(wrapped - near);
  return near + (distance < 0x8000_0000 ? distance : distance - 0x1_0000_0000);
}
