/** Whom a connectivity check is for: the first half of the USERNAME in a STUN binding request (RFC 8489 §14.3, RFC 8445 §7.2.2). */

const BINDING_REQUEST = 0x0001;
const HEADER_BYTES = 20;
const MAGIC_COOKIE = 0x2112a442;
const USERNAME = 0x0006;
/** RFC 8489 §14.3: less than this. */
const MAX_USERNAME_BYTES = 509;

/** @returns the local user name fragment; undefined for what is no binding request, or has none */
export function usernameOf(datagram: Buffer): string | undefined {
  if (datagram.length < HEADER_BYTES || datagram.readUInt16BE(0) !== BINDING_REQUEST || datagram.readUInt32BE(4) !== MAGIC_COOKIE) return undefined;
  for (let at = HEADER_BYTES; at + 4 <= datagram.length; ) {
    const length = datagram.readUInt16BE(at + 2);
    const end = at + 4 + length;
    if (end > datagram.length) return undefined;
    if (datagram.readUInt16BE(at) === USERNAME) {
      if (length >= MAX_USERNAME_BYTES) return undefined;
      return datagram.toString('utf8', at + 4, end).split(':', 1)[0];
    }
    at = end + ((4 - (length & 3)) & 3);
  }
  return undefined;
}
