/** The feeds of all streamers that somebody looks at, one for each. */
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { ApiError } from '../api-error.ts';
import { stopping, streamerSilent } from '../failures.ts';
import { Feed, type Looker } from './feed.ts';
import type { StatisticsReport } from './report.ts';
import type { StatisticsSource } from './source.ts';

/** Streamers that are looked at at a time. */
const MAX_FEEDS = 64;
/** Who look at a time, whatever at. */
const MAX_LOOKERS = 256;

/** How long somebody who wants one report waits for one with rates, ms: the second one has them. */
const REPORT_LIMIT_MS = 8_000;

export interface FeedsOptions {
  readonly source: StatisticsSource;
  readonly clock: Clock;
}

export class Feeds {
  readonly #options: FeedsOptions;
  readonly #feeds = new Map<string, Feed>();
  #closed = false;

  constructor(options: FeedsOptions) {
    this.#options = options;
  }

  /** Who look now. */
  get lookers(): number {
    return [...this.#feeds.values()].reduce((sum, { lookers }) => sum + lookers, 0);
  }

  /**
   * Looks at a streamer until the function that comes back is called.
   * @throws ApiError 503 when too many look, or the server stops
   */
  look(streamer: string, looker: Looker): () => void {
    if (this.#closed) throw stopping();
    if (this.lookers >= MAX_LOOKERS) throw tooMany();
    const feed = this.#feeds.get(streamer) ?? this.#open(streamer);
    feed.add(looker);
    return () => feed.remove(looker);
  }

  /**
   * One report, with rates.
   * @throws ApiError why there is none: 404 for an unknown streamer, 504 for a silent one, and as `look` does
   */
  async report(streamer: string): Promise<StatisticsReport> {
    let stop = (): void => undefined;
    let cancel = (): void => undefined;
    let first: StatisticsReport | undefined;
    try {
      return await new Promise<StatisticsReport>((resolve, reject) => {
        cancel = this.#options.clock.setTimeout(() => {
          if (first) resolve(first);
          else reject(streamerSilent(streamer));
        }, REPORT_LIMIT_MS);
        stop = this.look(streamer, {
          onReport: (report) => {
            first ??= report;
            if (report.bitsPerSecond !== undefined) resolve(report);
          },
          onTrouble: reject,
          onEnded: () => reject(stopping()),
        });
      });
    } finally {
      cancel();
      stop();
    }
  }

  /** Ends all subscriptions; resolves when the streamers have confirmed it or never will. */
  async close(): Promise<void> {
    this.#closed = true;
    const feeds = [...this.#feeds.values()];
    this.#feeds.clear();
    await Promise.all(feeds.map((feed) => feed.end()));
  }

  #open(streamer: string): Feed {
    if (this.#feeds.size >= MAX_FEEDS) throw tooMany();
    const feed = new Feed({ ...this.#options, streamer, onIdle: () => this.#drop(streamer) });
    this.#feeds.set(streamer, feed);
    return feed;
  }

  #drop(streamer: string): void {
    void this.#feeds.get(streamer)?.end();
    this.#feeds.delete(streamer);
  }
}

function tooMany(): ApiError {
  return new ApiError(503, 'too-many-connections', 'Too many look at numbers now: try again later.', { headers: { 'Retry-After': '10' } });
}
