/** Where a name is reached now (RFC 3261 §16.5: the location service as the proxy asks it). */

import type { Directory } from '../directory/directory.ts';
import type { Binding, Streamer } from '../directory/entries.ts';

/** Names that went away lately and are remembered, to be told from those that never were. */
const MAX_DEPARTED = 10_000;

export class Location {
  readonly #directory: Directory;
  readonly #now: () => number;
  /** In the order in which they left. */
  readonly #departed = new Set<string>();
  #forgotten = 0;

  /** @param now milliseconds since 1970 */
  constructor(directory: Directory, now: () => number) {
    this.#directory = directory;
    this.#now = now;
    for (const streamer of directory.streamers.values()) if (streamer.forgotten) this.#forgotten++;
    directory.streamers.onChange(({ before, after }) => {
      this.#forgotten += Number(after?.forgotten ?? false) - Number(before?.forgotten ?? false);
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

  /** How many can be watched now; those that expired within the last moments count still. */
  get size(): number {
    return this.#directory.streamers.size - this.#forgotten;
  }

  /** Every streamer that can be watched now, in the order of their first registration. */
  *all(): IterableIterator<Streamer> {
    for (const streamer of this.#directory.streamers.values()) {
      const current = this.current(streamer);
      if (current) yield current;
    }
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
