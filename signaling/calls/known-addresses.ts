/** Where names are registered now, by address: to tell a dialog's own requests from those of a stranger who wants them relayed. */

import type { Address } from '../../shared/sip/transport/transport.ts';
import { formatAddress } from '../address.ts';
import type { Directory } from '../directory/directory.ts';
import type { Streamer } from '../directory/entries.ts';

export class KnownAddresses {
  readonly #counts = new Map<string, number>();

  constructor(directory: Directory) {
    for (const streamer of directory.streamers.values()) this.#count(streamer, 1);
    directory.streamers.onChange(({ before, after }) => {
      this.#count(before, -1);
      this.#count(after, 1);
    });
  }

  has(address: Address): boolean {
    return this.#counts.has(formatAddress(address));
  }

  /** How many names are registered there. */
  count(address: Address): number {
    return this.#counts.get(formatAddress(address)) ?? 0;
  }

  #count(streamer: Streamer | undefined, change: 1 | -1): void {
    for (const { address } of streamer?.bindings ?? []) {
      const key = formatAddress(address);
      const count = (this.#counts.get(key) ?? 0) + change;
      if (count === 0) this.#counts.delete(key);
      else this.#counts.set(key, count);
    }
  }
}
