/** Addresses as text: `host:port`, an IPv6 address in brackets; and which of them are this machine's alone. */

import { formatHostPort, parseHostPort } from '../shared/sip/message/host.ts';
import type { Address } from '../shared/sip/transport/transport.ts';

export function formatAddress({ host, port }: Address): string {
  return formatHostPort(host, port);
}

/** @returns undefined for what is no `host:port` */
export function parseAddress(text: string): Address | undefined {
  const parsed = parseHostPort(text.trim());
  return parsed?.port === undefined ? undefined : { host: parsed.host, port: parsed.port };
}

export function sameAddress(one: Address, other: Address): boolean {
  return one.port === other.port && one.host === other.host;
}

export function isLoopback(host: string): boolean {
  return host.startsWith('127.') || host === '::1' || host === 'localhost' || host.startsWith('::ffff:127.');
}

/** What a socket that listens everywhere is bound to: no address that anybody can send to. */
export function isUnspecified(host: string): boolean {
  return host === '0.0.0.0' || host === '::';
}
