/** IP addresses as the bytes that stand in a packet's header (RFC 791, RFC 4291), and back as text. */
import { viewOf } from './bytes.ts';

export const IPV4_BYTES = 4;
export const IPV6_BYTES = 16;

const IPV4 = /^(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)){3}$/;
const GROUPS = IPV6_BYTES / 2;

/** The 4 or 16 bytes of an IP literal (an IPv4-mapped one gives its 4); undefined for anything else. */
export function addressBytes(text: string): Uint8Array | undefined {
  const literal = text.split('%', 1)[0] ?? text;
  if (IPV4.test(literal)) return Uint8Array.from(literal.split('.').map(Number));
  const bytes = ipv6Bytes(literal);
  if (!bytes) return undefined;
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && viewOf(bytes).getUint16(10) === 0xffff;
  return mapped ? bytes.subarray(12) : bytes;
}

/** The address as text, an IPv6 one with its longest run of zeros left out (RFC 5952). */
export function addressText(bytes: Uint8Array): string {
  if (bytes.length !== IPV6_BYTES) return bytes.join('.');
  const view = viewOf(bytes);
  const text = Array.from({ length: GROUPS }, (_, index) => view.getUint16(index * 2).toString(16)).join(':');
  const [longest] = [...text.matchAll(/(?<![\da-f])0(?::0)+(?![\da-f])/g)].sort((a, b) => b[0].length - a[0].length);
  if (!longest) return text;
  const before = text.slice(0, longest.index).replace(/:$/, '');
  const after = text.slice(longest.index + longest[0].length).replace(/^:/, '');
  return `${before}::${after}`;
}

/** @returns undefined for what is no IPv6 literal */
function ipv6Bytes(literal: string): Uint8Array | undefined {
  const halves = literal.split('::');
  if (!literal.includes(':') || halves.length > 2) return undefined;
  const [before, after] = halves.map(groups);
  if (!before || (halves.length === 2 && !after)) return undefined;
  const missing = GROUPS - before.length - (after?.length ?? 0);
  if (after ? missing < 1 : missing !== 0) return undefined;
  const bytes = new Uint8Array(IPV6_BYTES);
  const view = viewOf(bytes);
  for (const [index, group] of [...before, ...new Array<number>(missing).fill(0), ...(after ?? [])].entries()) view.setUint16(index * 2, group);
  return bytes;
}

/** The 16-bit groups of a part between `::`, of which the last may be an IPv4 address; undefined when one is none. */
function groups(text: string): number[] | undefined {
  if (text === '') return [];
  const parts = text.split(':');
  const found = parts.flatMap((part, index) => {
    if (/^[\da-f]{1,4}$/i.test(part)) return [Number.parseInt(part, 16)];
    if (index < parts.length - 1 || !IPV4.test(part)) return [NaN];
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
  return found.some(Number.isNaN) ? undefined : found;
}
