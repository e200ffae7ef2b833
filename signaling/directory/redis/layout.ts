/** How entries of one kind are kept as keys. An entry has parts, each a key of its own, so that daemons that change different parts do not overwrite each other. */

import type { EngineClock } from './engine-clock.ts';

/** The part that stands for the whole entry. */
export const HEAD = '';

/** One part as it is in memory. */
export interface Placed<Part> {
  readonly value: Part;
  /** Parts and entries stand in this order, whichever daemon made them. */
  readonly order: number;
}

export interface Layout<Entry, Part> {
  /** What tells an entry from the others. */
  keyOf(entry: Entry): string;
  /** Its parts by their names, the head first. */
  split(entry: Entry): ReadonlyMap<string, Part>;
  /** The entry of these parts, in any order; undefined where they are none. */
  join(key: string, parts: ReadonlyMap<string, Placed<Part>>): Entry | undefined;
  /** Whether a part need not be written anew. */
  same(before: Part, after: Part): boolean;
  /** An object's JSON, with the engine's times. */
  write(part: Placed<Part>, clock: EngineClock): string;
  /** @throws Error for what is no such part */
  read(name: string, text: string, clock: EngineClock): Placed<Part>;
  /** When the engine may forget it, ms since 1970 of our clock. */
  endsAt(part: Part): number;
  /** Of names, whose head begins with the claim of its holder: whether the name changes hands. Undefined for entries that are nobody's. */
  readonly changesHands?: (before: Entry | undefined, after: Entry, now: number) => boolean;
}
