/** Who is in which room now, kept by the changes of the sessions. */

import type { Directory } from '../directory/directory.ts';
import type { Session } from '../directory/entries.ts';

export class RoomMembers {
  /** How often each name is inside, in the order in which they came, by the room's id. */
  readonly #rooms = new Map<string, Map<string, number>>();
  readonly #changed = new Set<() => void>();

  constructor(directory: Directory) {
    for (const session of directory.sessions.values()) this.#count(session, 1);
    directory.sessions.onChange(({ before, after }) => {
      if (roomOf(before) === roomOf(after)) return;
      this.#count(before, -1);
      this.#count(after, 1);
      for (const listener of this.#changed) listener();
    });
  }

  /** How many rooms have somebody inside. */
  get size(): number {
    return this.#rooms.size;
  }

  /** Id and names of each room with somebody inside. */
  *all(): IterableIterator<{ id: string; names: IterableIterator<string> }> {
    for (const [id, names] of this.#rooms) yield { id, names: names.keys() };
  }

  onChange(listener: () => void): void {
    this.#changed.add(listener);
  }

  #count(session: Session | undefined, change: 1 | -1): void {
    const room = roomOf(session);
    if (session === undefined || room === undefined) return;
    const names = this.#rooms.get(room) ?? new Map<string, number>();
    const count = (names.get(session.viewer) ?? 0) + change;
    if (count === 0) names.delete(session.viewer);
    else names.set(session.viewer, count);
    if (names.size === 0) this.#rooms.delete(room);
    else this.#rooms.set(room, names);
  }
}

/** The room that the session is inside of: of none before it is established, and none any more once it has ended. */
function roomOf(session: Session | undefined): string | undefined {
  return session?.state === 'connection-established' ? session.room : undefined;
}
