/** Counts of sessions that are going on, kept by the directory's changes, since lists are asked for more often than calls change. */

import type { Directory } from '../directory/directory.ts';
import type { Session } from '../directory/entries.ts';

/** By whom a session is counted, while it is established: nobody counts before that, and nobody any more once it has ended. */
export type CountedBy = (session: Session) => readonly string[];

export class SessionCounts {
  readonly #counts = new Map<string, number>();
  readonly #countedBy: CountedBy;
  readonly #changed = new Set<() => void>();

  constructor(directory: Directory, countedBy: CountedBy) {
    this.#countedBy = countedBy;
    for (const session of directory.sessions.values()) this.#add(session, 1);
    directory.sessions.onChange(({ before, after }) => {
      if (before?.state === after?.state) return;
      const counted = this.#add(before, -1) + this.#add(after, 1);
      if (counted > 0) for (const listener of this.#changed) listener();
    });
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0;
  }

  /** Calls `listener` whenever a count may have changed. */
  onChange(listener: () => void): void {
    this.#changed.add(listener);
  }

  /** @returns how many counts have changed */
  #add(session: Session | undefined, change: 1 | -1): number {
    if (session?.state !== 'connection-established') return 0;
    const names = this.#countedBy(session);
    for (const name of names) {
      const count = this.of(name) + change;
      if (count === 0) this.#counts.delete(name);
      else this.#counts.set(name, count);
    }
    return names.length;
  }
}

/** How many watch each streamer. */
export class Viewers extends SessionCounts {
  constructor(directory: Directory) {
    super(directory, ({ kind, streamer }) => (kind === 'streamer' ? [streamer] : []));
  }
}

/** In how many calls and rooms each person is. */
export class Engagements extends SessionCounts {
  constructor(directory: Directory) {
    super(directory, ({ kind, viewer, streamer }) => (kind === 'person' ? [viewer, streamer] : kind === 'focus' ? [viewer] : []));
  }
}
