/** From the settings `signalingHost` and `port` to the signaling daemons that there are: one, as it is named; or several (RFC 3263 §4). */
import { isIP, isIPv6 } from 'node:net';
import { signalingAddresses } from '../cli/signaling-hosts.ts';
import { DEFAULT_SIP_PORT, inDomain, inList, Servers, SystemDns } from '../sip/index.ts';
import type { Address, Clock, Dns } from '../sip/index.ts';

/** How long the start waits for the DNS; what it says later is taken too, ms. */
const FIRST_ANSWER_MS = 2_000;

export interface SignalingPlace {
  /** What requests are addressed to: the host and port of the daemons' URI. */
  readonly domain: Address;
  /** Its SIP URI; a domain that has SRV records stands there without a port (RFC 3263 §4.2). */
  readonly uriPort: number | undefined;
  /** The daemons, where there can be several. */
  readonly servers: Servers | undefined;
  /** The address of one that is to be asked first, where it is known. */
  readonly first: Address | undefined;
}

export interface LocateOptions {
  /** What our own socket binds: IPv6 daemons are looked for from an IPv6 address alone. */
  readonly bound: string;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: { warn(fields: object, message: string): void; info(fields: object, message: string): void };
  readonly dns?: Dns;
}

/**
 * One address, or one name that is no domain (no dot in it, or a port of its own), is left as it is. Never rejects for what the DNS says.
 * @throws UsageError for a setting that names no hosts
 */
export async function locateSignaling(hosts: string, port: number, options: LocateOptions): Promise<SignalingPlace> {
  const addresses = signalingAddresses(hosts).map((address) => ({ host: address.host, port: address.port ?? port }));
  const [first] = addresses;
  if (!first) throw new TypeError('There is no host');
  if (addresses.length > 1) return locateList(first, addresses, options);
  const mayBeDomain = isIP(first.host) === 0 && first.host.includes('.') && first.port === DEFAULT_SIP_PORT && !/:\d+$/.test(hosts);
  return (mayBeDomain ? await locateDomain(first, options) : undefined) ?? { domain: first, uriPort: first.port, servers: undefined, first };
}

async function locateList(first: Address, list: readonly Address[], { dns = new SystemDns(), bound, clock, log }: LocateOptions): Promise<SignalingPlace> {
  const named = list.some(({ host }) => isIP(host) === 0);
  const find = named ? { find: inList(list, { dns, family: familyOf(bound) }) } : {};
  const servers = new Servers({ domain: first, known: list, clock, log, ...find });
  if (named) await inTime(servers.find(), clock);
  return { domain: first, uriPort: first.port, servers, first: servers.preferred };
}

/** @returns undefined for a name without SRV records */
async function locateDomain(domain: Address, { dns = new SystemDns(), bound, clock, random, log }: LocateOptions): Promise<SignalingPlace | undefined> {
  const find = inDomain(domain.host, { dns, family: familyOf(bound), random });
  const servers = new Servers({ domain, clock, log, find });
  const hasAnswered = await inTime(servers.find(), clock);
  if (hasAnswered && servers.foundNone) {
    servers.close();
    return undefined;
  }
  return { domain, uriPort: undefined, servers, first: servers.preferred };
}

/** @returns whether it was settled in time */
async function inTime(work: Promise<void>, clock: Clock): Promise<boolean> {
  let cancel = (): void => undefined;
  const late = new Promise<boolean>((resolve) => {
    cancel = clock.setTimeout(() => resolve(false), FIRST_ANSWER_MS);
  });
  return Promise.race([work.then(() => true), late]).finally(cancel);
}

function familyOf(bound: string): 4 | 6 {
  return isIPv6(bound) ? 6 : 4;
}
