/** Takes bindings out of the directory when their time is over (RFC 3261 §10.3). */

import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { Directory } from '../directory/directory.ts';
import { withBindings } from './location.ts';

/** Looking at ten thousand streamers takes less than a millisecond. */
const SWEEP_MS = 1000;

export interface ExpiryOptions {
  readonly directory: Directory;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly onExpired: (name: string) => void;
}

/** A streamer that is over is never found (see Location); this makes it leave the file, and its watchers hear of it. */
export class Expiry {
  readonly #options: ExpiryOptions;
  readonly #leave: () => void;
  #cancel: Cancel | undefined;

  constructor(options: ExpiryOptions) {
    this.#options = options;
    this.#leave = options.directory.streamers.onChange(() => this.#schedule());
    this.#schedule();
  }

  close(): void {
    this.#leave();
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #schedule(): void {
    const { clock, directory } = this.#options;
    if (this.#cancel || directory.streamers.size === 0) return;
    this.#cancel = clock.setTimeout(() => {
      this.#cancel = undefined;
      this.#sweep();
      this.#schedule();
    }, SWEEP_MS);
  }

  #sweep(): void {
    const { streamers } = this.#options.directory;
    const now = this.#options.now();
    for (const streamer of streamers.values()) {
      if (streamer.forgotten) continue;
      const live = streamer.bindings.filter((binding) => binding.expiresAt > now);
      if (live.length === streamer.bindings.length) continue;
      const rest = withBindings(streamer, live);
      if (rest) {
        streamers.putLazily(rest);
      } else {
        streamers.deleteLazily(streamer.name);
        this.#options.onExpired(streamer.name);
      }
    }
  }
}
