/** The setting `signalingHost`: one host, several with commas between, or a domain whose SRV records name them (RFC 3263). */
import { isIPv6 } from 'node:net';
import { parseHost } from './parsers.ts';
import type { Parser } from './parsers.ts';
import { UsageError } from './usage-error.ts';

/** Each is asked once a second by everybody. */
const MAX_SERVERS = 16;
const MAX_PORT = 65_535;

export interface SignalingAddress {
  readonly host: string;
  /** Undefined where it is that of the setting `port`. */
  readonly port: number | undefined;
}

/** The text as it was given; see `signalingAddresses`. Throws UsageError. */
export const parseSignalingHosts: Parser<string> = (text) => {
  const [first, ...others] = signalingAddresses(text);
  return others.length === 0 && first.port === undefined ? first.host : text.trim();
};
parseSignalingHosts.list = true;

/** Daemons that the setting names, in the order of preference. Throws UsageError. */
export function signalingAddresses(text: string): readonly [SignalingAddress, ...SignalingAddress[]] {
  const entries = text.split(',').map((entry) => entry.trim());
  const many = entries.length > 1;
  if (many && entries.includes('')) throw new UsageError('there is a comma too many: expected addresses, such as "10.0.0.1:5060,10.0.0.2:5060"');
  if (entries.length > MAX_SERVERS) throw new UsageError(`expected at most ${MAX_SERVERS} addresses`);
  const servers = entries.map((entry) => parseEntry(entry, many));
  const names = servers.map(({ host, port }) => `${host.toLowerCase()} ${port ?? ''}`);
  const twice = servers.find((_, index) => names.indexOf(names[index] ?? '') !== index);
  if (twice) throw new UsageError(`${twice.host} is named twice`);
  const [first, ...others] = servers;
  if (!first) throw new UsageError('expected a host name or an IP address');
  return [first, ...others];
}

function parseEntry(entry: string, many: boolean): SignalingAddress {
  try {
    return parseAddress(entry);
  } catch (error) {
    if (!many || !(error instanceof UsageError)) throw error;
    throw new UsageError(`${JSON.stringify(entry)} among them: ${error.message}`, { cause: error });
  }
}

/** `10.0.0.1`, `cast.example:5061`, `[::1]:5060`, `::1`. */
function parseAddress(entry: string): SignalingAddress {
  const colon = entry.lastIndexOf(':');
  if (colon < 0 || isIPv6(entry) || entry.endsWith(']')) return { host: parseHost(entry), port: undefined };
  const host = entry.slice(0, colon);
  if (host.includes(':') && !/^\[.*\]$/.test(host)) throw new UsageError('expected a host name or an IP address (an IPv6 address with a port stands in brackets: [::1]:5060)');
  const port = Number(entry.slice(colon + 1));
  if (!/^\d+$/.test(entry.slice(colon + 1)) || port < 1 || port > MAX_PORT) throw new UsageError(`expected a port from 1 to ${MAX_PORT} after the colon`);
  return { host: parseHost(host), port };
}
