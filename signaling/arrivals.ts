/** Tells the operator who comes and goes; when thousands do at once, how many. */

import type { Logger } from '../shared/log/logger.ts';
import type { Cancel, Clock } from '../shared/sip/timing/clock.ts';
import type { Directory } from './directory/directory.ts';
import { ONE_OF_KIND, type Kind, type Streamer } from './directory/entries.ts';

const WINDOW_MS = 1000;
/** Lines within one window; the others are counted. */
const MAX_LINES = 20;
const SEVERAL: Readonly<Record<Kind, string>> = { streamer: 'streamers', person: 'persons', focus: 'focuses', ingest: 'ingests' };

export class Arrivals {
  readonly #clock: Clock;
  readonly #log: Logger;
  readonly #leave: () => void;
  readonly #expired = new Set<string>();
  #lines = 0;
  /** How often what happened that was not told, such as `streamers left`. */
  readonly #untold = new Map<string, number>();
  #cancel: Cancel | undefined;

  constructor(directory: Directory, clock: Clock, log: Logger) {
    this.#clock = clock;
    this.#log = log;
    this.#leave = directory.streamers.onChange(({ before, after }) => {
      const [wasHere, isHere] = [before?.forgotten === false, after?.forgotten === false];
      if (after && isHere && !wasHere) {
        const [{ address, callId }] = after.bindings;
        this.#tell(after, 'registered', { address, callId }, 'registered');
      } else if (before && wasHere && !after) {
        // Whether it expired is known only when this is over.
        queueMicrotask(() => this.#tellGone(before));
      }
    });
  }

  /** It has just left the directory because it did not refresh its registration. */
  expired(name: string): void {
    this.#expired.add(name);
  }

  close(): void {
    this.#leave();
    this.#cancel?.();
    this.#endWindow();
  }

  #tellGone(gone: Streamer): void {
    const expired = this.#expired.delete(gone.name);
    this.#tell(gone, 'left', { callId: gone.bindings[0].callId }, expired ? 'went silent: its registration has expired' : 'left');
  }

  #tell({ name, kind }: Streamer, event: 'registered' | 'left', fields: Record<string, unknown>, message: string): void {
    this.#cancel ??= this.#clock.setTimeout(() => this.#endWindow(), WINDOW_MS);
    if (++this.#lines <= MAX_LINES) {
      this.#log.info({ [kind]: name, ...fields }, `${ONE_OF_KIND[kind]} ${message}`);
      return;
    }
    const what = `${SEVERAL[kind]} ${event}`;
    this.#untold.set(what, (this.#untold.get(what) ?? 0) + 1);
  }

  #endWindow(): void {
    this.#cancel = undefined;
    this.#lines = 0;
    for (const [what, count] of this.#untold) this.#log.info({ count }, `${count} more ${what}`);
    this.#untold.clear();
  }
}
