/**
 * The address that a service tells others to send to (RFC 3261 §18.1.1, §8.1.1.8): that of its socket, unless the socket
 * listens everywhere, or others reach it through an address that is not the machine's own (NAT, a container, a relay).
 */
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';

export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

export interface AdvertisedOptions {
  /** What the operator said; a missing port is that of the socket. */
  readonly advertise?: { readonly host: string; readonly port?: number | undefined } | undefined;
  /** Somebody who will send to us: of several addresses, the one that faces him is taken. */
  readonly towards?: SocketAddress;
}

/** Where others reach the socket bound to `local`. Rejects when `towards` is a name that cannot be resolved. */
export async function advertisedAddress(local: SocketAddress, { advertise, towards }: AdvertisedOptions = {}): Promise<SocketAddress> {
  if (advertise !== undefined) return { host: advertise.host, port: advertise.port ?? local.port };
  if (!isUnspecified(local.host)) return local;
  const host = towards === undefined ? firstOutwardAddress() : await addressTowards(towards, local.host);
  return { host, port: local.port };
}

function isUnspecified(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}

/** A connected UDP socket sends nothing, but the system chooses the address that it would send from. */
async function addressTowards({ host, port }: SocketAddress, boundHost: string): Promise<string> {
  const socket = createSocket(isIPv6(boundHost) && isIPv6(host) ? 'udp6' : 'udp4');
  try {
    socket.connect(port, host);
    await once(socket, 'connect');
    return socket.address().address;
  } finally {
    socket.close();
  }
}

function firstOutwardAddress(): string {
  const addresses = Object.values(networkInterfaces()).flatMap((entries) => entries ?? []);
  return addresses.find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? '127.0.0.1';
}
