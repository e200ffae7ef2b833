/** Gets the messages that pass the signaling daemon by SUBSCRIBE (RFC 6665, `Event: trace`). */
import { inflateSync } from 'node:zlib';
import { AgentClosedError, SERVER_DOWN, SubscriptionRejectedError } from '../../shared/sip/index.ts';
import type { Agent, SipRequest, Subscription } from '../../shared/sip/index.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { ApiError } from '../api-error.ts';
import { signalingSilent, stopping } from '../failures.ts';
import { readBatch } from '../trace/batch.ts';
import type { TraceBatch } from '../trace/batch.ts';
import type { TraceListener, TraceSource, TraceSubscription } from '../trace/source.ts';
import type { Domain } from './domain.ts';

const EVENT = 'trace';
const JSON_TYPE = 'application/json';
const DEFLATE = 'deflate';
/** How long a subscription is asked for, seconds; the agent renews it before. */
const SUBSCRIPTION_SECONDS = 60;
/** A batch that grows beyond this is none of the daemon's, bytes. */
const MAX_INFLATED_BYTES = 1024 * 1024;

export interface TraceSubscriberOptions {
  readonly agent: Agent;
  readonly domain: Domain;
  /** In whose name front subscribes. */
  readonly name: string;
  readonly log: Logger;
}

export class TraceSubscriber implements TraceSource {
  readonly #options: TraceSubscriberOptions;

  constructor(options: TraceSubscriberOptions) {
    this.#options = options;
  }

  subscribe(listener: TraceListener): TraceSubscription {
    let over = false;
    const end = (error: ApiError) => {
      if (over) return;
      over = true;
      listener.onEnded(error);
    };
    let subscription: Subscription;
    const begin = () => {
      const begun = (subscription = this.#subscribe());
      begun.onNotify((notify) => {
        const batch = this.#read(notify);
        if (batch && !over) listener.onBatch(batch);
      });
      begun.onTerminated((reason) => {
        if (over) return;
        // What passes another daemon is read there.
        if (reason === SERVER_DOWN) attempt();
        // A refusal is known better to who waits for the subscription to be established.
        else if (reason !== 'rejected') end(signalingSilent());
      });
      begun.established.catch((error: unknown) => {
        if (begun === subscription) end(failure(error));
      });
    };
    const attempt = () => {
      try {
        begin();
      } catch (error) {
        end(failure(error));
      }
    };
    try {
      begin();
    } catch (error) {
      queueMicrotask(() => end(failure(error)));
      return { lose: () => Promise.reject(failure(error)), end: () => Promise.resolve() };
    }
    return {
      lose: () => lose(subscription),
      end: () => {
        over = true;
        return subscription.end();
      },
    };
  }

  #subscribe(): Subscription {
    const { agent, domain, name } = this.#options;
    const request = agent.createRequest('SUBSCRIBE', domain.uri, {
      from: domain.addressOf(name),
      headers: { Event: EVENT, Accept: JSON_TYPE, 'Accept-Encoding': DEFLATE, Expires: String(SUBSCRIPTION_SECONDS) },
    });
    return agent.subscribe(request, { nextHop: domain.nextHop });
  }

  #read(notify: SipRequest): TraceBatch | undefined {
    if (notify.body.length === 0) return undefined;
    const batch = readBatch(bodyOf(notify) ?? '');
    if (!batch) this.#options.log.warn({ callId: notify.callId }, 'signaling notifies of something that is no batch of messages');
    return batch;
  }
}

/** @returns undefined for what is not compressed as it says */
function bodyOf(notify: SipRequest): string | undefined {
  if (notify.headers.get('Content-Encoding')?.trim().toLowerCase() !== DEFLATE) return notify.bodyText();
  try {
    return inflateSync(notify.body, { maxOutputLength: MAX_INFLATED_BYTES }).toString();
  } catch {
    return undefined;
  }
}

async function lose(subscription: Subscription): Promise<void> {
  const response = await subscription.refresh({ body: '{"lose":1}', contentType: JSON_TYPE });
  if (!response) throw signalingSilent();
  if (response.status >= 300) throw new ApiError(502, 'signaling-error', `The signaling daemon throws nothing away (${response.status} ${response.reason}).`);
}

function failure(error: unknown): ApiError {
  if (error instanceof AgentClosedError) return stopping(error);
  if (!(error instanceof SubscriptionRejectedError)) return signalingSilent(error);
  const said = `${error.status} ${error.response.reason}`;
  switch (error.status) {
    case 401:
    case 403:
      return new ApiError(502, 'signaling-refused', `The signaling daemon lets this server not read along (${said}).`, { cause: error });
    case 489:
      return new ApiError(502, 'no-trace', `The signaling daemon tells nobody of its messages (${said}): it may be of an older version.`, { cause: error });
    default:
      return new ApiError(502, 'signaling-error', `The signaling daemon does not tell of its messages now (${said}).`, { cause: error });
  }
}
