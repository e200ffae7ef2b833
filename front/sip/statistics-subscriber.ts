/** Gets a streamer's reports by SUBSCRIBE (RFC 6665, `Event: statistics`), which the signaling daemon relays to it. */
import { AgentClosedError, SubscriptionRejectedError } from '../../shared/sip/index.ts';
import type { Agent, SipRequest, Subscription } from '../../shared/sip/index.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { ApiError } from '../api-error.ts';
import type { Directory } from '../directory/directory.ts';
import { signalingSilent, stopping, streamerSilent } from '../failures.ts';
import { readReport } from '../statistics/report.ts';
import type { StatisticsListener, StatisticsSource, StatisticsSubscription } from '../statistics/source.ts';
import type { Domain } from './domain.ts';
import { commonRefusal } from './refusal.ts';

const EVENT = 'statistics';
const JSON_TYPE = 'application/json';
/** How long a subscription is asked for, seconds; the agent renews it before. */
const SUBSCRIPTION_SECONDS = 60;

/** What the streamer says when it stops. */
const NO_RESOURCE = 'noresource';

export interface StatisticsSubscriberOptions {
  readonly agent: Agent;
  readonly domain: Domain;
  readonly directory: Pick<Directory, 'state'>;
  /** In whose name front subscribes. */
  readonly name: string;
  readonly log: Logger;
}

export class StatisticsSubscriber implements StatisticsSource {
  readonly #options: StatisticsSubscriberOptions;

  constructor(options: StatisticsSubscriberOptions) {
    this.#options = options;
  }

  subscribe(streamer: string, listener: StatisticsListener): StatisticsSubscription {
    let over = false;
    const end = (error: ApiError) => {
      if (over) return;
      over = true;
      listener.onEnded(error);
    };
    let subscription: Subscription;
    try {
      subscription = this.#subscribe(streamer);
    } catch (error) {
      queueMicrotask(() => end(this.#failure(error, streamer)));
      return { end: () => Promise.resolve() };
    }
    subscription.onNotify((notify) => {
      const report = this.#read(notify, streamer);
      if (report && !over) listener.onReport(report);
    });
    // A refusal is known better to who waits for the subscription to be established.
    subscription.onTerminated((reason) => {
      if (reason !== 'rejected') end(this.#ended(reason, streamer));
    });
    subscription.established.catch((error: unknown) => end(this.#failure(error, streamer)));
    return {
      end: () => {
        over = true;
        return subscription.end();
      },
    };
  }

  #subscribe(streamer: string): Subscription {
    const { agent, domain, name } = this.#options;
    const request = agent.createRequest('SUBSCRIBE', domain.addressOf(streamer), {
      from: domain.addressOf(name),
      headers: { Event: EVENT, Accept: JSON_TYPE, Expires: String(SUBSCRIPTION_SECONDS) },
    });
    return agent.subscribe(request, { nextHop: domain.nextHop });
  }

  #read(notify: SipRequest, streamer: string): ReturnType<typeof readReport> {
    if (notify.body.length === 0) return undefined;
    const report = readReport(notify.bodyText());
    if (!report) this.#options.log.debug({ callId: notify.callId, streamer }, 'a streamer notifies of something that is no report');
    return report;
  }

  #ended(reason: string, streamer: string): ApiError {
    if (reason === NO_RESOURCE) return new ApiError(504, 'streamer-silent', `"${streamer}" has stopped.`);
    return this.#silent(streamer);
  }

  #failure(error: unknown, streamer: string): ApiError {
    if (error instanceof SubscriptionRejectedError) return commonRefusal(error, streamer) ?? refusal(error, streamer);
    if (error instanceof AgentClosedError) return stopping(error);
    return this.#silent(streamer, error);
  }

  #silent(streamer: string, cause?: unknown): ApiError {
    return this.#options.directory.state === 'down' ? signalingSilent(cause) : streamerSilent(streamer, cause);
  }
}

function refusal(error: SubscriptionRejectedError, streamer: string): ApiError {
  const { status } = error;
  const said = `${status} ${error.response.reason}`;
  switch (status) {
    case 405:
    case 489:
    case 501:
      return new ApiError(502, 'no-statistics', `"${streamer}" tells no numbers (${said}): it may be of an older version.`, { cause: error });
    default:
      return new ApiError(502, 'streamer-error', `"${streamer}" does not tell its numbers now (${said}).`, { cause: error });
  }
}
