/** Where a name is reached now (RFC 3261 §16.5: the location service as the proxy asks it). */

import type { Directory } from '../directory/directory.ts';
import type { Binding, Kind, Streamer } from '../directory/entries.ts';

/** Names that went away lately and are remembered, to be told from those that never were. */
const MAX_DEPARTED = 10_000;

export class Location {
  readonly #directory: Directory;
  readonly #now: () => number;
  /** In the order in which they left. */
  readonly #departed = new Set<string>();
  /** Every name of each kind, in the order of their first registration. */
  readonly #names: Readonly<Record<Kind, Set<string>>> = { streamer: new Set(), person: new Set(), focus: new Set(), ingest: new Set() };
  readonly #forgotten: Record<Kind, number> = { streamer: 0, person: 0, focus: 0, ingest: 0 };

  /** @param now milliseconds since 1970 */
  constructor(directory: Directory, now: () => number) {
    this.#directory = directory;
    this.#now = now;
    for (const streamer of directory.streamers.values()) this.#count(undefined, streamer);
    directory.streamers.onChange(({ before, after }) => {
      this.#count(before, after);
      if (before && !after) this.#depart(before.name);
      else if (after) this.#departed.delete(after.name);
    });
  }

  /** The streamer and its bindings that still hold; undefined where there are none. */
  find(name: string): Streamer | undefined {
    const streamer = this.#directory.streamers.get(name);
    return streamer && this.current(streamer);
  }

  /** The same streamer without bindings that are over; undefined where none is left. */
  current(streamer: Streamer): Streamer | undefined {
    if (streamer.forgotten) return undefined;
    const now = this.#now();
    if (streamer.bindings.every((binding) => binding.expiresAt > now)) return streamer;
    const [first, ...further] = streamer.bindings.filter((binding) => binding.expiresAt > now);
    return first && { ...streamer, bindings: [first, ...further] };
  }

  /** Whether the name was here and is away: 480 rather than 404. */
  isAway(name: string): boolean {
    return this.#departed.has(name) || this.#directory.streamers.get(name) !== undefined;
  }

  /** How many of a kind can be reached now; those that expired within the last moments count still. */
  size(kind: Kind): number {
    return this.#names[kind].size - this.#forgotten[kind];
  }

  /** Everyone of a kind who can be reached now, in the order of their first registration. */
  *all(kind: Kind): IterableIterator<Streamer> {
    for (const name of this.#names[kind]) {
      const current = this.find(name);
      if (current) yield current;
    }
  }

  #count(before: Streamer | undefined, after: Streamer | undefined): void {
    if (before?.forgotten === true) this.#forgotten[before.kind]--;
    if (after?.forgotten === true) this.#forgotten[after.kind]++;
    if (before && before.kind !== after?.kind) this.#names[before.kind].delete(before.name);
    if (after) this.#names[after.kind].add(after.name);
  }

  #depart(name: string): void {
    this.#departed.delete(name);
    this.#departed.add(name);
    if (this.#departed.size <= MAX_DEPARTED) return;
    const [oldest] = this.#departed;
    if (oldest !== undefined) this.#departed.delete(oldest);
  }
}

/** A streamer with other bindings; undefined without any. */
export function withBindings(streamer: Streamer, [first, ...further]: readonly Binding[]): Streamer | undefined {
  return first && { ...streamer, bindings: [first, ...further] };
}
