/** From where the address of a candidate can be reached, as far as the address itself tells. */

export type AddressClass =
  /** This machine alone. */
  | 'loopback'
  /** One cable or radio cell (RFC 3927). */
  | 'link-local'
  /** Its own network, and others that are routed to it on purpose (RFC 1918, RFC 6598). */
  | 'private'
  | 'public'
  /** A name in place of an address of the browser's own network, which only that network can resolve. */
  | 'hidden'
  | 'ipv6'
  /** No address at all. */
  | 'unknown';

const IPV4 = /^(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/;

export function classOfAddress(host: string): AddressClass {
  if (host.endsWith('.local')) return 'hidden';
  if (host.includes(':')) return 'ipv6';
  const parts = IPV4.exec(host)?.slice(1).map(Number);
  if (!parts || parts.some((part) => part > 255)) return 'unknown';
  const [first = 0, second = 0] = parts;
  if (first === 127) return 'loopback';
  if (first === 169 && second === 254) return 'link-local';
  const isPrivate = first === 10 || (first === 172 && second >= 16 && second <= 31) || (first === 192 && second === 168) || (first === 100 && second >= 64 && second <= 127);
  return isPrivate ? 'private' : 'public';
}
