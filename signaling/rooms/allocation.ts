/**
 * Which focus hosts a room: the one where somebody is inside or about to be, else the least loaded. It follows from the sessions in the
 * directory alone, and so holds across a restart; only who was silent lately is remembered here.
 */

import type { Directory } from '../directory/directory.ts';
import { isActive } from '../directory/entries.ts';
import type { Session, Streamer } from '../directory/entries.ts';
import type { Location } from '../registrar/location.ts';

/** How many focuses are tried for one request, each being silent for a while. */
const MAX_TRIES = 4;
/** A focus that was silent is the last to be tried for so long, unless it registers meanwhile, ms. */
const MISTRUST_MS = 60_000;

export interface RoomAllocationOptions {
  readonly directory: Directory;
  readonly location: Location;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export interface Allocation {
  /** In the order in which they are to be tried; empty where no focus is registered. */
  readonly focuses: readonly Streamer[];
  /** Whether somebody is inside, or about to be. */
  readonly occupied: boolean;
}

export class RoomAllocation {
  readonly #options: RoomAllocationOptions;
  /** Active sessions by room, and in each by focus. */
  readonly #rooms = new Map<string, Map<string, number>>();
  /** Active sessions by focus. */
  readonly #loads = new Map<string, number>();
  /** Until when each focus is mistrusted, ms since 1970. */
  readonly #silent = new Map<string, number>();

  constructor(options: RoomAllocationOptions) {
    this.#options = options;
    const { directory } = options;
    for (const session of directory.sessions.values()) this.#count(session, 1);
    directory.sessions.onChange(({ before, after }) => {
      if (placeOf(before) === placeOf(after)) return;
      this.#count(before, -1);
      this.#count(after, 1);
    });
    directory.streamers.onChange(({ before, after }) => {
      if (before?.kind === 'focus' || after?.kind === 'focus') this.#silent.delete((after ?? before)?.name ?? '');
    });
  }

  of(room: string): Allocation {
    const here = this.#rooms.get(room);
    const hosts = [...(here ?? [])].sort(([, a], [, b]) => b - a).flatMap(([name]) => this.#known(name) ?? []);
    const others = [...this.#options.location.all('focus')]
      .filter(({ name }) => here?.has(name) !== true)
      .sort((a, b) => this.#load(a) - this.#load(b));
    const all = [...hosts, ...others];
    const focuses = [...all.filter((focus) => !this.#isSilent(focus)), ...all.filter((focus) => this.#isSilent(focus))];
    return { focuses: focuses.slice(0, MAX_TRIES), occupied: here !== undefined };
  }

  /** The focus has not answered: those that follow are spared the wait. */
  passedOver(focus: Streamer): void {
    this.#silent.set(focus.name, this.#options.now() + MISTRUST_MS);
  }

  /** A focus that a restart has forgotten is about to register again, and its rooms are still there. */
  #known(name: string): Streamer | undefined {
    const focus = this.#options.directory.streamers.get(name);
    return focus?.kind === 'focus' && (focus.forgotten || this.#options.location.find(name)) ? focus : undefined;
  }

  #load({ name }: Streamer): number {
    return this.#loads.get(name) ?? 0;
  }

  #isSilent({ name }: Streamer): boolean {
    return (this.#silent.get(name) ?? 0) > this.#options.now();
  }

  #count(session: Session | undefined, change: 1 | -1): void {
    if (!session?.room || placeOf(session) === undefined) return;
    const { room, streamer: focus } = session;
    add(this.#loads, focus, change);
    const here = this.#rooms.get(room) ?? new Map<string, number>();
    add(here, focus, change);
    if (here.size === 0) this.#rooms.delete(room);
    else this.#rooms.set(room, here);
  }
}

/** Where a session keeps a room: nowhere once it has ended. */
function placeOf(session: Session | undefined): string | undefined {
  return session?.room !== undefined && isActive(session) ? `${session.room} ${session.streamer}` : undefined;
}

function add(counts: Map<string, number>, key: string, change: 1 | -1): void {
  const count = (counts.get(key) ?? 0) + change;
  if (count === 0) counts.delete(key);
  else counts.set(key, count);
}
