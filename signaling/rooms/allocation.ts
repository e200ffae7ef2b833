/**
 * Which focus hosts a room: the one where somebody is inside or about to be, else the least loaded. It follows from the sessions in the
 * directory alone, and so holds across a restart; only who was silent lately is remembered beside it.
 */

import { createHash } from 'node:crypto';
import type { Directory } from '../directory/directory.ts';
import { isActive } from '../directory/entries.ts';
import type { Session, Streamer } from '../directory/entries.ts';
import { Mistrust } from '../hosts/mistrust.ts';
import type { Location } from '../registrar/location.ts';

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
  readonly mistrust: Mistrust;
  readonly #options: RoomAllocationOptions;
  /** Active sessions by room, and in each by focus. */
  readonly #rooms = new Map<string, Map<string, number>>();
  /** Active sessions by focus. */
  readonly #loads = new Map<string, number>();

  constructor(options: RoomAllocationOptions) {
    this.#options = options;
    const { directory } = options;
    this.mistrust = new Mistrust(directory, 'focus', options.now);
    for (const session of directory.sessions.values()) this.#count(session, 1);
    directory.sessions.onChange(({ before, after }) => {
      if (placeOf(before) === placeOf(after)) return;
      this.#count(before, -1);
      this.#count(after, 1);
    });
  }

  of(room: string): Allocation {
    const here = this.#rooms.get(room);
    const hosts = [...(here ?? [])].sort(([, a], [, b]) => b - a).flatMap(([name]) => this.#known(name) ?? []);
    const others = [...this.#options.location.all('focus')]
      .filter(({ name }) => here?.has(name) !== true)
      .sort((a, b) => this.#load(a) - this.#load(b) || this.#preference(room, b) - this.#preference(room, a));
    return { focuses: this.mistrust.order([...hosts, ...others]), occupied: here !== undefined };
  }

  /** A focus that a restart has forgotten is about to register again, and its rooms are still there. */
  #known(name: string): Streamer | undefined {
    const focus = this.#options.directory.streamers.get(name);
    return focus?.kind === 'focus' && (focus.forgotten || this.#options.location.find(name)) ? focus : undefined;
  }

  #load({ name }: Streamer): number {
    return this.#loads.get(name) ?? 0;
  }

  /** Where several daemons may be asked for one room at once, they choose the same focus of those that have as much to do (rendezvous hashing). */
  #preference(room: string, { name }: Streamer): number {
    return this.#options.directory.peers ? createHash('sha256').update(`${room} ${name}`).digest().readUInt32BE(0) : 0;
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
