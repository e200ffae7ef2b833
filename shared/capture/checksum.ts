/** The Internet checksum (RFC 1071). */

/**
 * Ones' complement sum of the 16-bit big-endian words of `bytes`, added to `initial`; an odd last byte counts as the
 * high half of a word. Not yet inverted, so that several parts can be summed one after the other.
 */
export function onesComplementSum(bytes: Uint8Array, initial = 0): number {
  let sum = initial;
  for (let offset = 0; offset < bytes.length; offset += 2) sum += ((bytes[offset] ?? 0) << 8) | (bytes[offset + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

/** The checksum that belongs in a header whose words sum up to `sum`. */
export function checksumOf(sum: number): number {
  return ~sum & 0xffff;
}
