/** `host [":" port]` as URIs and Via have it (RFC 3261 §25.1, RFC 5118 §4.1 for IPv6 references). */

import { isIPv6 } from 'node:net';
import { consistsOf, HOST_CHARACTERS, trimmed } from './characters.ts';
import { MAX_PORT, parseDigits } from './scalars.ts';

export interface HostPort {
  /** A name, an IPv4 or an IPv6 address; the latter without its brackets. */
  readonly host: string;
  readonly port: number | undefined;
}

/** @returns undefined when it is no host with an optional port */
export function parseHostPort(text: string): HostPort | undefined {
  if (text.startsWith('[')) return parseReference(text);
  const colon = text.indexOf(':');
  if (colon < 0) return consistsOf(text, HOST_CHARACTERS) ? { host: text, port: undefined } : undefined;
  const host = trimmed(text, 0, colon);
  const port = parsePort(trimmed(text, colon + 1, text.length));
  return port !== undefined && consistsOf(host, HOST_CHARACTERS) ? { host, port } : undefined;
}

function parseReference(text: string): HostPort | undefined {
  const end = text.indexOf(']');
  // RFC 3261's grammar makes three colons before an embedded IPv4 address; RFC 5118 §4.10 wants both forms understood.
  const host = text.slice(1, end).replace(/:::(?=[0-9.]+$)/, '::');
  if (end < 0 || !isIPv6(host)) return undefined;
  const rest = trimmed(text, end + 1, text.length);
  if (rest === '') return { host, port: undefined };
  const port = rest.startsWith(':') ? parsePort(trimmed(rest, 1, rest.length)) : undefined;
  return port === undefined ? undefined : { host, port };
}

function parsePort(text: string): number | undefined {
  const port = parseDigits(text, MAX_PORT);
  return port === Infinity ? undefined : port;
}

/** `host:port`, an IPv6 address in brackets. */
export function formatHostPort(host: string, port?: number): string {
  const reference = host.includes(':') ? `[${host}]` : host;
  return port === undefined ? reference : `${reference}:${port}`;
}
