/** Taking AV1 temporal units out of RTP payloads (RTP Payload Format For AV1, version 1.0.0, §4): the way back from av1.ts. */
import { leb128, readLeb128 } from './av1.ts';

const CONTINUES_BEFORE = 0x80;
const CONTINUES_AFTER = 0x40;
const COUNT_SHIFT = 4;
const COUNT_MASK = 0x03;

const HAS_EXTENSION = 0x04;
const HAS_SIZE = 0x02;

/** Whether an OBU begins with this payload. */
export function startsObu(payload: Uint8Array): boolean {
  return ((payload[0] ?? CONTINUES_BEFORE) & CONTINUES_BEFORE) === 0;
}

/** The elements of a payload; undefined when malformed. */
function elementsOf(payload: Uint8Array): Uint8Array[] | undefined {
  const count = ((payload[0] ?? 0) >> COUNT_SHIFT) & COUNT_MASK;
  const elements: Uint8Array[] = [];
  for (let at = 1; at < payload.length; ) {
    // Where elements are counted the last one goes to the end.
    const last = count > 0 && elements.length === count - 1;
    const size = last ? { value: payload.length - at, length: 0 } : readLeb128(payload, at);
    if (!size || at + size.length + size.value > payload.length) return undefined;
    elements.push(payload.subarray(at + size.length, at + size.length + size.value));
    at += size.length + size.value;
  }
  return elements.length > 0 && (count === 0 || elements.length === count) ? elements : undefined;
}

/** With the size field that RTP leaves out and containers keep. */
function sized(obu: Uint8Array): Buffer {
  const header = obu[0] ?? 0;
  if (header & HAS_SIZE) return Buffer.from(obu);
  const headerBytes = header & HAS_EXTENSION ? 2 : 1;
  return Buffer.concat([Uint8Array.of(header | HAS_SIZE), obu.subarray(1, headerBytes), leb128(Math.max(0, obu.length - headerBytes)), obu.subarray(headerBytes)]);
}

/**
 * @param payloads of one temporal unit, in order
 * @returns it in the low-overhead format, without temporal delimiter; undefined when malformed, or a piece is missing
 */
export function joinAv1(payloads: readonly Uint8Array[]): Buffer | undefined {
  const obus: Buffer[] = [];
  let open: Uint8Array[] | undefined;
  for (const payload of payloads) {
    const elements = elementsOf(payload);
    const flags = payload[0] ?? 0;
    if (!elements || ((flags & CONTINUES_BEFORE) !== 0) !== (open !== undefined)) return undefined;
    elements.forEach((element, index) => {
      const whole: Uint8Array[] = index === 0 && open ? [...open, element] : [element];
      open = index === elements.length - 1 && (flags & CONTINUES_AFTER) !== 0 ? whole : undefined;
      if (!open) obus.push(sized(Buffer.concat(whole)));
    });
  }
  return open || obus.length === 0 ? undefined : Buffer.concat(obus);
}
