/** How many calls go on: a daemon that is to stop waits for the last of them, since its BYE passes through here. */

import { Drain } from '../../shared/drain/drain.ts';
import type { Directory } from '../directory/directory.ts';
import { isActive } from '../directory/entries.ts';
import type { Session } from '../directory/entries.ts';

export class OpenSessions {
  readonly #directory: Directory;
  readonly #drain = new Drain(() => this.#count === 0);
  #count = 0;

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** Whether no further calls may begin. */
  get draining(): boolean {
    return this.#drain.begun;
  }

  /** Resolves when no call goes on, or `signal` is aborted. */
  drain(signal: AbortSignal): Promise<void> {
    for (const session of this.#directory.sessions.values()) this.#count += counted(session);
    this.#directory.sessions.onChange(({ before, after }) => {
      this.#count += counted(after) - counted(before);
      this.#drain.somebodyLeft();
    });
    return this.#drain.begin(signal);
  }
}

function counted(session: Session | undefined): number {
  return session !== undefined && isActive(session) ? 1 : 0;
}
