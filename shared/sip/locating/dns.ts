/** What is asked of the DNS to find servers: SRV records, and the addresses of their targets (RFC 3263 §4). */

import { lookup, Resolver } from 'node:dns/promises';
import type { SrvRecord } from './srv-order.ts';

/** A question that is not answered is asked anew so often, after so long, ms. */
const QUESTION = { timeout: 1_500, tries: 2 } as const;

/** The name, or records of that kind, do not exist; anything else is a failure that may pass. */
const ABSENT = new Set(['ENOTFOUND', 'ENODATA']);

export interface Dns {
  /** Empty where there are none. Rejects when nobody answers. */
  srv(name: string): Promise<readonly SrvRecord[]>;
  /** IP addresses of a host; empty where it has none. Rejects when nobody answers. */
  addresses(host: string, family: 4 | 6): Promise<readonly string[]>;
}

export class SystemDns implements Dns {
  readonly #resolver: Resolver;
  readonly #hasOwnServers: boolean;

  /** @param servers `host:port` of name servers, in place of the system's and of its hosts file */
  constructor(servers?: readonly string[]) {
    this.#resolver = new Resolver(QUESTION);
    this.#hasOwnServers = servers !== undefined;
    if (servers) this.#resolver.setServers(servers);
  }

  async srv(name: string): Promise<readonly SrvRecord[]> {
    const records = await orNone(this.#resolver.resolveSrv(name));
    return records.map(({ name: target, ...record }) => ({ ...record, target }));
  }

  async addresses(host: string, family: 4 | 6): Promise<readonly string[]> {
    if (this.#hasOwnServers) return orNone(family === 4 ? this.#resolver.resolve4(host) : this.#resolver.resolve6(host));
    const found = await orNone(lookup(host, { family, all: true }));
    return found.map(({ address }) => address);
  }
}

async function orNone<Record>(answer: Promise<Record[]>): Promise<Record[]> {
  try {
    return await answer;
  } catch (error) {
    if (ABSENT.has((error as NodeJS.ErrnoException).code ?? '')) return [];
    throw error;
  }
}
