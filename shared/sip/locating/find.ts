/** Finds the servers that a list or a domain names, the preferred first (RFC 3263 §4.2). */

import { isIP } from 'node:net';
import type { Address } from '../transport/transport.ts';
import type { Dns } from './dns.ts';
import { SrvOrder } from './srv-order.ts';

/** RFC 2782: a target of "." says that the service is decidedly not there. */
const NO_SERVICE = new Set(['', '.']);

/** Where a server is, and how it was called where that is a name. */
export interface FoundServer extends Address {
  readonly name?: string;
}

/** Rejects when the DNS does not answer. */
export type Find = () => Promise<readonly FoundServer[]>;

export interface FindOptions {
  readonly dns: Dns;
  /** Of the socket that requests are sent from. */
  readonly family: 4 | 6;
}

/** Servers of a list, in its order; names are looked up. */
export function inList(list: readonly Address[], { dns, family }: FindOptions): Find {
  return async () => {
    const found = await Promise.all(list.map((server) => atAddresses(dns, server, family)));
    return found.flat();
  };
}

/** Servers of a domain, by its SRV records for SIP over UDP. @param random from 0 to 1 */
export function inDomain(domain: string, { dns, family, random }: FindOptions & { readonly random: () => number }): Find {
  const order = new SrvOrder(random);
  return async () => {
    const records = (await dns.srv(`_sip._udp.${domain}`)).filter(({ target }) => !NO_SERVICE.has(target));
    const found = await Promise.all(order.sort(records).map(({ target, port }) => atAddresses(dns, { host: target, port }, family)));
    return found.flat();
  };
}

async function atAddresses(dns: Dns, { host, port }: Address, family: 4 | 6): Promise<FoundServer[]> {
  if (isIP(host) !== 0) return [{ host, port }];
  const addresses = await dns.addresses(host, family);
  return addresses.map((address) => ({ host: address, port, name: host }));
}
