/** Processes that were silent lately, so that those who call next are spared the wait: they are the last to be tried. */

import type { Directory } from '../directory/directory.ts';
import type { Kind, Streamer } from '../directory/entries.ts';

/** How many processes are tried for one request, each being silent for a while. */
const MAX_TRIES = 4;
/** One that was silent is the last to be tried for so long, unless it registers meanwhile, ms. */
const MISTRUST_MS = 60_000;

export class Mistrust {
  readonly #now: () => number;
  /** Until when each is mistrusted, ms since 1970. */
  readonly #silent = new Map<string, number>();

  /** @param now milliseconds since 1970 */
  constructor(directory: Directory, kind: Kind, now: () => number) {
    this.#now = now;
    directory.streamers.onChange(({ before, after }) => {
      if (before?.kind === kind || after?.kind === kind) this.#silent.delete((after ?? before)?.name ?? '');
    });
  }

  /** It has not answered. */
  passedOver({ name }: Streamer): void {
    this.#silent.set(name, this.#now() + MISTRUST_MS);
  }

  /** Those that are to be tried, in this order but for the silent ones. */
  order(hosts: readonly Streamer[]): readonly Streamer[] {
    return [...hosts.filter((host) => !this.#isSilent(host)), ...hosts.filter((host) => this.#isSilent(host))].slice(0, MAX_TRIES);
  }

  #isSilent({ name }: Streamer): boolean {
    return (this.#silent.get(name) ?? 0) > this.#now();
  }
}
