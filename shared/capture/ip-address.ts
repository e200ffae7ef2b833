/** IP addresses as the bytes that stand in a packet's header (RFC 791, RFC 4291). */
import { isIPv4, isIPv6 } from 'node:net';

export const IPV4_BYTES = 4;
export const IPV6_BYTES = 16;

/** The 4 or 16 bytes of an IP literal (an IPv4-mapped one gives its 4); undefined for anything else. */
export function addressBytes(text: string): Buffer | undefined {
  const literal = text.split('%', 1)[0] ?? text;
  if (isIPv4(literal)) return Buffer.from(literal.split('.').map(Number));
  if (!isIPv6(literal)) return undefined;
  const bytes = ipv6Bytes(literal);
  const mapped = bytes.subarray(0, 10).every((byte) => byte === 0) && bytes.readUInt16BE(10) === 0xffff;
  return mapped ? bytes.subarray(12) : bytes;
}

function ipv6Bytes(literal: string): Buffer {
  const [head = '', tail] = literal.split('::', 2);
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = new Array<number>(Math.max(0, IPV6_BYTES / 2 - before.length - after.length)).fill(0);
  const bytes = Buffer.alloc(IPV6_BYTES);
  for (const [index, group] of [...before, ...zeros, ...after].entries()) bytes.writeUInt16BE(group, index * 2);
  return bytes;
}

function groups(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (!group.includes('.')) return [Number.parseInt(group, 16)];
    const [a = 0, b = 0, c = 0, d = 0] = group.split('.').map(Number);
    return [(a << 8) | b, (c << 8) | d];
  });
}
