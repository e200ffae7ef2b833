/** Who is registered, and since when this front has known of it. */
import type { Directory } from '../directory/directory.ts';
import type { Streamer } from '../directory/streamer.ts';

export interface RegisteredStreamer {
  readonly streamer: Streamer;
  /** Since it is listed at this address without a break, as far as this front has seen it, ms since 1970. */
  readonly sinceMs: number;
}

export class RegisteredStreamers {
  readonly #directory: Pick<Directory, 'streamers'>;
  #since = new Map<string, number>();

  /** @param wallClock milliseconds since 1970 */
  constructor(directory: Pick<Directory, 'streamers' | 'onStreamers'>, wallClock: () => number) {
    this.#directory = directory;
    directory.onStreamers((streamers) => {
      const before = this.#since;
      // Only those that are listed: whoever has gone is forgotten.
      this.#since = new Map(streamers.map((streamer) => [placeOf(streamer), before.get(placeOf(streamer)) ?? wallClock()]));
    });
  }

  list(): readonly RegisteredStreamer[] {
    return (this.#directory.streamers ?? []).map((streamer) => ({ streamer, sinceMs: this.#since.get(placeOf(streamer)) ?? 0 }));
  }
}

function placeOf({ name, address }: Streamer): string {
  return JSON.stringify([name, address]);
}
