/** What is of this machine: requests, and addresses that nobody else reaches. */
import { isIPv4 } from 'node:net';
import type { Request } from 'express';

/**
 * Whether somebody at this machine asks for it by a name of this machine: a foreign site may point a name of its own here
 * (DNS rebinding), and a reverse proxy on this machine asks for others.
 */
export function isLocal({ headers, ip, socket }: Pick<Request, 'headers' | 'ip' | 'socket'>): boolean {
  if (headers['x-forwarded-for'] !== undefined || headers.forwarded !== undefined || headers['via'] !== undefined) return false;
  if (!isLoopback(ip) || !isLoopback(socket.remoteAddress)) return false;
  return isLocalUrl(`http://${headers.host ?? ''}`);
}

/** Whether an address, an origin say, names this machine by `localhost` or a loopback address. */
export function isLocalUrl(url: string): boolean {
  return URL.canParse(url) && isLoopbackHost(new URL(url).hostname.replace(/^\[(.*)\]$/, '$1'));
}

/** Whether a server that listens at this host is reached from this machine alone. */
export function isLoopbackHost(host: string): boolean {
  return host === 'localhost' || isLoopback(host);
}

function isLoopback(address: string | undefined): boolean {
  const plain = (address ?? '').replace(/^::ffff:/, '');
  return plain === '::1' || (isIPv4(plain) && plain.startsWith('127.'));
}
