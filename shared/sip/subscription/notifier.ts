/** The notifier of one event package (RFC 6665 §4.2): takes subscriptions and tells all of them of changes. */

import { DialogState } from '../dialog/dialog-state.ts';
import type { DialogEnvironment } from '../dialog/environment.ts';
import type { IncomingRequest } from '../dialog/incoming-request.ts';
import { ServerSubscription, type NotifyContent, type ServerSubscriptionOptions, type SubscriptionRecord } from './server-subscription.ts';

const DEFAULT_EXPIRES_SECONDS = 3600;
const DEFAULT_MIN_EXPIRES_SECONDS = 10;
const DEFAULT_MAX_SUBSCRIPTIONS = 10_000;
const RETRY_AFTER_SECONDS = '10';
/** A stored record lags behind the NOTIFYs that were sent since: their CSeq numbers must not be used again. */
const RESTORED_SEQUENCE_GAP = 1_000_000;

export interface NotifierOptions {
  /** Name of the event package, in lower case. */
  readonly event: string;
  /** What a subscriber is told; asked for each NOTIFY. */
  readonly content: NotifyContent;
  /** Seconds: for a SUBSCRIBE without Expires, and the limits of others (423 below, cut down above). */
  readonly defaultExpires?: number;
  readonly minExpires?: number;
  readonly maxExpires?: number;
  readonly maxSubscriptions?: number;
  /** Called before a new subscription is granted, which waits for it: to store the record, say. What it throws refuses with 500, what it replies with that. */
  readonly admit?: (subscription: ServerSubscription, incoming: IncomingRequest) => void | Promise<void>;
  /** See {@link ServerSubscriptionOptions.onRefresh}. */
  readonly onRefresh?: ServerSubscriptionOptions['onRefresh'];
  /** A subscription is over; its record is of no more use. */
  readonly onEnded?: (subscription: ServerSubscription) => void;
}

export class Notifier {
  readonly event: string;
  readonly #environment: DialogEnvironment;
  readonly #options: NotifierOptions;
  readonly #subscriptions = new Map<string, ServerSubscription>();
  readonly #subscriptionOptions: ServerSubscriptionOptions;

  constructor(environment: DialogEnvironment, options: NotifierOptions) {
    this.#environment = environment;
    this.#options = options;
    this.event = options.event;
    const minExpires = options.minExpires ?? DEFAULT_MIN_EXPIRES_SECONDS;
    this.#subscriptionOptions = { content: options.content, minExpires, onRefresh: options.onRefresh, grant: (asked) => this.#grant(asked, minExpires) };
  }

  get subscriptions(): Iterable<ServerSubscription> {
    return this.#subscriptions.values();
  }

  /** Tells every subscriber. */
  notifyAll(): void {
    for (const subscription of this.#subscriptions.values()) subscription.notify();
  }

  /** A subscription of an earlier life, so that its subscriber can be told of the end of it, or on. It lasts `seconds` from now; its new record is to be stored. */
  restore(record: SubscriptionRecord, seconds: number): ServerSubscription {
    const subscription = this.#create({ ...record, localSequence: record.localSequence + RESTORED_SEQUENCE_GAP });
    subscription.keepFor(seconds);
    return subscription;
  }

  /** @internal A SUBSCRIBE outside any dialog, for this event. */
  async subscribe(incoming: IncomingRequest): Promise<void> {
    const { request } = incoming;
    const seconds = this.#grant(request.expires, this.#subscriptionOptions.minExpires);
    if (seconds === undefined) { incoming.reply(423, { headers: { 'Min-Expires': String(this.#subscriptionOptions.minExpires) } }); return; }
    if (this.#subscriptions.size >= (this.#options.maxSubscriptions ?? DEFAULT_MAX_SUBSCRIPTIONS)) {
      incoming.reply(503, { headers: { 'Retry-After': RETRY_AFTER_SECONDS } }); return;
    }
    const { callId, localTag, remoteTag, localAddress, remoteAddress, localSequence, remoteSequence, remoteTarget, routeSet } = DialogState.ofServer(request, incoming.localTag);
    const event = request.headers.get('Event') ?? this.event;
    const subscription = this.#create({ event, callId, localTag, remoteTag, localAddress, remoteAddress, localSequence, remoteSequence, remoteTarget, routeSet });
    try {
      await this.#options.admit?.(subscription, incoming);
    } catch (error) {
      this.#forget(subscription);
      subscription.discard();
      throw error;
    }
    if (!incoming.pending) {
      this.#forget(subscription);
      subscription.discard();
      return;
    }
    const headers: [string, string][] = request.headers.all('Record-Route').map((value) => ['Record-Route', value]);
    headers.push(['Expires', String(seconds)], ['Contact', this.#environment.contact]);
    incoming.reply(200, { headers });
    if (seconds === 0) { subscription.fetch(); return; }
    subscription.keepFor(seconds);
    subscription.notify();
  }

  #create(record: SubscriptionRecord): ServerSubscription {
    const subscription = new ServerSubscription(this.#environment, record, this.#subscriptionOptions);
    this.#subscriptions.set(subscription.id, subscription);
    subscription.onEnded(() => {
      this.#forget(subscription);
      this.#options.onEnded?.(subscription);
    });
    return subscription;
  }

  #forget(subscription: ServerSubscription): void {
    this.#subscriptions.delete(subscription.id);
  }

  #grant(asked: number | undefined, minExpires: number): number | undefined {
    const seconds = asked ?? this.#options.defaultExpires ?? DEFAULT_EXPIRES_SECONDS;
    if (seconds > 0 && seconds < minExpires) return undefined;
    return Math.min(seconds, this.#options.maxExpires ?? DEFAULT_EXPIRES_SECONDS);
  }
}
