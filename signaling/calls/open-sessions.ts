/** How many calls go on: a daemon that is to stop waits for the last of them, since its BYE passes through here. */

import { Drain } from '../../shared/drain/drain.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { Directory } from '../directory/directory.ts';
import { isActive } from '../directory/entries.ts';
import type { Session } from '../directory/entries.ts';

/** A call has ended with its BYE; the answer to that passes here too, and may come late. */
const LAST_ANSWER_MS = 500;

export class OpenSessions {
  readonly #directory: Directory;
  readonly #clock: Clock;
  readonly #drain = new Drain(() => this.#count === 0);
  #count = 0;

  constructor(directory: Directory, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /** Whether no further calls may begin. */
  get draining(): boolean {
    return this.#drain.begun;
  }

  /** Resolves when no call goes on and the last BYE is answered, or `signal` is aborted. */
  async drain(signal: AbortSignal): Promise<void> {
    for (const session of this.#directory.sessions.values()) this.#count += counted(session);
    this.#directory.sessions.onChange(({ before, after }) => {
      this.#count += counted(after) - counted(before);
      this.#drain.somebodyLeft();
    });
    await this.#drain.begin(signal);
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.setTimeout(resolve, LAST_ANSWER_MS);
      const hurry = () => {
        cancel();
        resolve();
      };
      signal.addEventListener('abort', hurry, { once: true });
    });
  }
}

function counted(session: Session | undefined): number {
  return session !== undefined && isActive(session) ? 1 : 0;
}
