/** Tells the operator which streamers come and go; when thousands do at once, how many. */

import type { Logger } from '../shared/log/logger.ts';
import type { Cancel, Clock } from '../shared/sip/timing/clock.ts';
import type { Directory } from './directory/directory.ts';

const WINDOW_MS = 1000;
/** Lines within one window; the others are counted. */
const MAX_LINES = 20;

export class Arrivals {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #leave: () => void;
  readonly #expired = new Set<string>();
  #lines = 0;
  #untold = { registered: 0, gone: 0 };
  #cancel: Cancel | undefined;

  constructor(directory: Directory, clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
    this.#leave = directory.streamers.onChange(({ before, after }) => {
      const [wasHere, isHere] = [before?.forgotten === false, after?.forgotten === false];
      if (after && isHere && !wasHere) {
        const [{ address, callId }] = after.bindings;
        this.#tell('registered', { streamer: after.name, address, callId }, 'a streamer registered');
      } else if (before && wasHere && !after) {
        // Whether it expired is known only when this is over.
        queueMicrotask(() => this.#tellGone(before.name, before.bindings[0].callId));
      }
    });
  }

  /** The streamer has just left the directory because it did not refresh its registration. */
  expired(name: string): void {
    this.#expired.add(name);
  }

  close(): void {
    this.#leave();
    this.#cancel?.();
    this.#endWindow();
  }

  #tellGone(streamer: string, callId: string): void {
    const expired = this.#expired.delete(streamer);
    this.#tell('gone', { streamer, callId }, expired ? 'a streamer went silent: its registration has expired' : 'a streamer left');
  }

  #tell(kind: 'registered' | 'gone', fields: Record<string, unknown>, message: string): void {
    this.#cancel ??= this.#clock.setTimeout(() => this.#endWindow(), WINDOW_MS);
    if (++this.#lines > MAX_LINES) this.#untold[kind]++;
    else this.#log.info(fields, message);
  }

  #endWindow(): void {
    this.#cancel = undefined;
    this.#lines = 0;
    const { registered, gone } = this.#untold;
    this.#untold = { registered: 0, gone: 0 };
    if (registered > 0) this.#log.info({ streamers: registered }, `${registered} more streamers registered`);
    if (gone > 0) this.#log.info({ streamers: gone }, `${gone} more streamers left`);
  }
}
