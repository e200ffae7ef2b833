/** Replicas that were silent lately, by address, so that those who call next are spared the wait: they are the last to be tried. */

import type { Address } from '../../shared/sip/transport/transport.ts';
import { formatAddress, sameAddress } from '../address.ts';
import type { Directory } from '../directory/directory.ts';
import type { Binding } from '../directory/entries.ts';

/** One that was silent is the last to be tried for so long, unless it registers meanwhile, ms. */
const MISTRUST_MS = 60_000;

export class SilentReplicas {
  readonly #now: () => number;
  /** Until when each is mistrusted, ms since 1970. */
  readonly #until = new Map<string, number>();

  /** @param now milliseconds since 1970 */
  constructor(directory: Directory, now: () => number) {
    this.#now = now;
    directory.streamers.onChange(({ before, after }) => {
      if (this.#until.size === 0) return;
      for (const binding of after?.bindings ?? []) {
        if (!before?.bindings.some((old) => isSameRegistration(old, binding))) this.#until.delete(formatAddress(binding.address));
      }
    });
  }

  note(address: Address): void {
    const now = this.#now();
    for (const [key, until] of this.#until) if (until <= now) this.#until.delete(key);
    this.#until.set(formatAddress(address), now + MISTRUST_MS);
  }

  has(address: Address): boolean {
    return (this.#until.get(formatAddress(address)) ?? 0) > this.#now();
  }
}

function isSameRegistration(a: Binding, b: Binding): boolean {
  return a.callId === b.callId && a.cseq === b.cseq && sameAddress(a.address, b.address);
}
