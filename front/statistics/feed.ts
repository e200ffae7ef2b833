/** One streamer's reports for all who look at them: subscribed to while there is somebody, begun anew when the streamer was gone. */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { ApiError } from '../api-error.ts';
import { streamerSilent } from '../failures.ts';
import type { StatisticsReport } from './report.ts';
import type { StatisticsSource, StatisticsSubscription } from './source.ts';

/** A streamer that reports once a second and is not heard for so long is gone, ms. */
const SILENCE_MS = 6_000;
/** Who looks away and back again meets the same subscription, ms. */
const LINGER_MS = 5_000;
/** Pauses between subscriptions that came to nothing, ms; doubled each time. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/** Somebody who looks. */
export interface Looker {
  readonly onReport: (report: StatisticsReport) => void;
  /** There are no reports at present, for this reason; more may follow. */
  readonly onTrouble: (error: ApiError) => void;
  /** There will be none any more: the server stops. */
  readonly onEnded: () => void;
}

export interface FeedOptions {
  readonly streamer: string;
  readonly source: StatisticsSource;
  readonly clock: Clock;
  /** Nobody has looked for a while: the feed is over. */
  readonly onIdle: () => void;
}

export class Feed {
  readonly #options: FeedOptions;
  readonly #lookers = new Set<Looker>();
  #latest: StatisticsReport | undefined;
  #trouble: ApiError | undefined;
  #subscription: StatisticsSubscription | undefined;
  #cancelSilence: Cancel = () => undefined;
  #cancelNext: Cancel = () => undefined;
  #cancelLinger: Cancel = () => undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #ended: Promise<void> | undefined;

  constructor(options: FeedOptions) {
    this.#options = options;
    this.#begin();
  }

  get lookers(): number {
    return this.#lookers.size;
  }

  /** Tells `looker` what is known already, in a moment, and all that comes; `remove` has to follow. */
  add(looker: Looker): void {
    this.#cancelLinger();
    this.#lookers.add(looker);
    const latest = this.#latest;
    const trouble = this.#trouble;
    queueMicrotask(() => {
      // What has come meanwhile he was told already.
      if (!this.#lookers.has(looker) || latest !== this.#latest || trouble !== this.#trouble) return;
      if (latest) looker.onReport(latest);
      else if (trouble) looker.onTrouble(trouble);
    });
  }

  remove(looker: Looker): void {
    if (!this.#lookers.delete(looker) || this.#lookers.size > 0 || this.#ended) return;
    this.#cancelLinger();
    this.#cancelLinger = this.#options.clock.setTimeout(() => this.#options.onIdle(), LINGER_MS);
  }

  /** Ends the subscription, and tells whoever still looks; resolves when the streamer has confirmed it or never will. */
  end(): Promise<void> {
    return (this.#ended ??= this.#end());
  }

  #begin(): void {
    // What an earlier subscription still says is not listened to.
    let current = true;
    const over = (error: ApiError) => {
      if (!current) return;
      current = false;
      this.#failed(error);
    };
    this.#subscription = this.#options.source.subscribe(this.#options.streamer, {
      onReport: (report) => {
        if (current && !this.#ended) this.#heard(report, over);
      },
      onEnded: over,
    });
    this.#awaitReport(over);
  }

  #awaitReport(over: (error: ApiError) => void): void {
    const { clock, streamer } = this.#options;
    this.#cancelSilence();
    this.#cancelSilence = clock.setTimeout(() => {
      void this.#subscription?.end();
      over(streamerSilent(streamer));
    }, SILENCE_MS);
  }

  #heard(report: StatisticsReport, over: (error: ApiError) => void): void {
    this.#latest = report;
    this.#trouble = undefined;
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#awaitReport(over);
    for (const looker of this.#lookers) looker.onReport(report);
  }

  #failed(error: ApiError): void {
    if (this.#ended) return;
    this.#cancelSilence();
    this.#subscription = undefined;
    this.#latest = undefined;
    this.#trouble = error;
    for (const looker of this.#lookers) looker.onTrouble(error);
    this.#cancelNext = this.#options.clock.setTimeout(() => this.#begin(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  async #end(): Promise<void> {
    this.#cancelSilence();
    this.#cancelNext();
    this.#cancelLinger();
    for (const looker of [...this.#lookers]) looker.onEnded();
    this.#lookers.clear();
    await this.#subscription?.end();
  }
}
