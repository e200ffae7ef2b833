/** How many watch each streamer now: a count kept by the directory's changes, since the list is asked for more often than calls change. */

import type { Directory } from '../directory/directory.ts';
import type { Session } from '../directory/entries.ts';

export class Viewers {
  readonly #counts = new Map<string, number>();
  readonly #changed = new Set<() => void>();

  constructor(directory: Directory) {
    for (const session of directory.sessions.values()) this.#add(session, 1);
    directory.sessions.onChange(({ before, after }) => {
      if (watched(before) === watched(after)) return;
      this.#add(before, -1);
      this.#add(after, 1);
      for (const listener of this.#changed) listener();
    });
  }

  of(streamer: string): number {
    return this.#counts.get(streamer) ?? 0;
  }

  /** Calls `listener` whenever a count may have changed. */
  onChange(listener: () => void): void {
    this.#changed.add(listener);
  }

  #add(session: Session | undefined, change: 1 | -1): void {
    const streamer = watched(session);
    if (streamer === undefined) return;
    const count = this.of(streamer) + change;
    if (count === 0) this.#counts.delete(streamer);
    else this.#counts.set(streamer, count);
  }
}

/** Whom the session watches: nobody yet before it is established, and nobody any more once it has ended. */
function watched(session: Session | undefined): string | undefined {
  return session?.state === 'connection-established' ? session.streamer : undefined;
}
