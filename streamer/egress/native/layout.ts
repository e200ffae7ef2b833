/** How the structures that sendmmsg reads lie in memory on Linux with pointers of 64 bits, low byte first (sendmmsg(2), udp(7)). */

export const AF_INET = 2;
export const SOCKADDR_BYTES = 16;
export const IOVEC_BYTES = 16;
export const MMSGHDR_BYTES = 64;
/** One control message that holds 16 bits, with the space up to the next. */
export const CONTROL_BYTES = 24;

/** Offsets in struct mmsghdr. */
export const NAME_AT = 0;
export const NAME_LENGTH_AT = 8;
export const IOVEC_AT = 16;
export const IOVEC_COUNT_AT = 24;
export const CONTROL_AT = 32;
export const CONTROL_LENGTH_AT = 40;

/** Offsets in struct cmsghdr. */
export const CONTROL_LEVEL_AT = 8;
export const CONTROL_TYPE_AT = 12;
export const CONTROL_DATA_AT = 16;
/** Of the header and the data, without the space behind. */
export const CONTROL_USED_BYTES = 18;

export const SOL_UDP = 17;
/** What follows is the size of the datagrams that the message is to be cut into. */
export const UDP_SEGMENT = 103;

export const MSG_DONTWAIT = 0x40;

export const EINTR = 4;
export const EAGAIN = 11;
export const ENOBUFS = 105;

/** The address and port as two words of struct sockaddr_in: family and port, then the address. */
export function socketAddress(host: string, port: number): readonly [number, number] {
  const [a = 0, b = 0, c = 0, d = 0] = host.split('.').map(Number);
  return [(AF_INET | ((port & 0xff) << 24) | ((port >>> 8) << 16)) >>> 0, (a | (b << 8) | (c << 16) | (d << 24)) >>> 0];
}
