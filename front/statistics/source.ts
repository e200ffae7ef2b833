/** Where a streamer's reports come from; front/sip/ gets them by a subscription (RFC 6665). */
import type { ApiError } from '../api-error.ts';
import type { StatisticsReport } from './report.ts';

export interface StatisticsListener {
  readonly onReport: (report: StatisticsReport) => void;
  /** Called once, with what lookers are to be told. Not after `end()`. */
  readonly onEnded: (error: ApiError) => void;
}

export interface StatisticsSubscription {
  /** Wants no more; resolves when the streamer has confirmed it or never will. */
  end(): Promise<void>;
}

export interface StatisticsSource {
  /** Begins to listen to a streamer, by its name; it need not exist. */
  subscribe(streamer: string, listener: StatisticsListener): StatisticsSubscription;
}
