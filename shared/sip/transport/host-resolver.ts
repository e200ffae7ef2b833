/** Host names to addresses for a transport that must not look one up per datagram: remembered for a while, bounded in number. */

import { lookup as systemLookup } from 'node:dns/promises';

/** How long an answer is used; also how soon a changed address is noticed. */
const REMEMBER_MS = 60_000;
/** A name that failed is asked for again only after this. */
const REMEMBER_FAILURE_MS = 5_000;
const MAX_NAMES = 1_000;

/** 0 asks for either family. */
export type Lookup = (host: string, family: 0 | 4 | 6) => Promise<string>;

interface Entry {
  answer: Promise<string>;
  expires: number;
}

export interface HostResolverOptions {
  readonly family: 0 | 4 | 6;
  readonly lookup?: Lookup;
  /** Milliseconds, monotonic. */
  readonly now?: () => number;
}

export class HostResolver {
  readonly #family: 0 | 4 | 6;
  readonly #lookup: Lookup;
  readonly #now: () => number;
  readonly #entries = new Map<string, Entry>();

  constructor(options: HostResolverOptions) {
    this.#family = options.family;
    this.#lookup = options.lookup ?? (async (host, family) => (await systemLookup(host, { family })).address);
    this.#now = options.now ?? (() => performance.now());
  }

  /** Rejects with the resolver's own error when the name has no address. */
  resolve(host: string): Promise<string> {
    const known = this.#entries.get(host);
    if (known !== undefined && known.expires > this.#now()) return known.answer;
    this.#entries.delete(host);
    this.#makeRoom();
    const answer = this.#lookup(host, this.#family);
    const entry = { answer, expires: this.#now() + REMEMBER_MS };
    answer.catch(() => (entry.expires = this.#now() + REMEMBER_FAILURE_MS));
    this.#entries.set(host, entry);
    return answer;
  }

  #makeRoom(): void {
    const [oldest] = this.#entries.keys();
    if (this.#entries.size >= MAX_NAMES && oldest !== undefined) this.#entries.delete(oldest);
  }
}
