/** The daemons that share the directory, and those that did lately: what is addressed to any of them is for all. */

import { formatHostPort } from '../../../shared/sip/message/host.ts';
import type { Address } from '../../../shared/sip/transport/transport.ts';
import type { Peers } from '../directory.ts';
import type { EngineClock } from './engine-clock.ts';
import type { KeyNames } from './key-names.ts';
import type { Link } from './link.ts';
import { life } from './write-script.ts';

/** How long a daemon that gives no sign of life any more is remembered, ms: dialogs that began through it go on. */
const REMEMBERED_MS = 24 * 3_600_000;

export class KnownDaemons implements Peers {
  readonly #names: KeyNames;
  readonly #self: string;
  readonly #description: string;
  readonly #clock: EngineClock;
  /** When each gave its latest sign of life, as far as is known, ms since 1970 of our clock. */
  readonly #seen = new Map<string, number>();

  /** @param self where this one is reached; @param name what it calls itself */
  constructor(names: KeyNames, self: Address, name: string, clock: EngineClock) {
    this.#names = names;
    this.#self = formatHostPort(self.host, self.port);
    this.#description = JSON.stringify({ name });
    this.#clock = clock;
  }

  has({ host, port }: Address): boolean {
    return this.#seen.has(formatHostPort(host, port));
  }

  /** The engine has its key, or has not any more. */
  read(address: string, isThere: boolean): void {
    const now = this.#clock.local;
    if (isThere) this.#seen.set(address, now);
    for (const [other, seen] of this.#seen) if (now - seen > REMEMBERED_MS) this.#seen.delete(other);
  }

  /** Writes that this daemon lives. @throws as Link.command */
  async announce(link: Link): Promise<void> {
    await link.command('SET', this.#names.of(this.#self), this.#description, 'PX', life(REMEMBERED_MS));
  }

  /** Of an engine that has lost what it held: the others are written too. @throws as Link.command */
  async announceOthers(link: Link): Promise<void> {
    await Promise.all([...this.#seen].map(([address, seen]) => link.command('SET', this.#names.of(address), '{}', 'PX', life(seen + REMEMBERED_MS - this.#clock.local), 'NX')));
  }
}
