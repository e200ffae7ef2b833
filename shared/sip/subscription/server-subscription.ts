/** One subscriber as the notifier sees it (RFC 6665 §4.2): NOTIFYs one after another, the newest state only, until it ends. */

import { DialogState, type DialogFields } from '../dialog/dialog-state.ts';
import type { DialogEnvironment, DialogUsage } from '../dialog/environment.ts';
import { IncomingRequest } from '../dialog/incoming-request.ts';
import type { Cancel } from '../timing/clock.ts';
import type { ServerTransaction } from '../transaction/server.ts';
import { formatSubscriptionState } from './subscription-state.ts';

/** What a notifier keeps of a subscription to find it again after a restart; plain data. */
export interface SubscriptionRecord extends DialogFields {
  /** Value of the Event header, its parameters included. */
  readonly event: string;
}

export interface NotifyBody {
  readonly body: string | Buffer;
  readonly contentType: string;
  /** Of a body that is compressed (RFC 3261 §20.12), such as `deflate`. */
  readonly contentEncoding?: string;
}

/** Says what this subscriber is to know now; asked when a NOTIFY is really sent. */
export type NotifyContent = (subscription: ServerSubscription) => NotifyBody | undefined;

/** `timeout`: not renewed in time; `ended`: the subscriber unsubscribed; `unreachable`: a NOTIFY failed; else our own reason. */
export type SubscriptionEnd = 'timeout' | 'ended' | 'unreachable' | TerminationReason;
/** RFC 6665 §4.1.3. `deactivated` asks to be subscribed to anew at once. */
export type TerminationReason = 'deactivated' | 'probation' | 'rejected' | 'giveup' | 'noresource' | 'invariant';

export interface ServerSubscriptionOptions {
  /** How long a renewal holds that asks for so many seconds; undefined when that is too short. */
  readonly grant: (asked: number | undefined) => number | undefined;
  readonly minExpires: number;
  /** What each NOTIFY says. */
  readonly content: NotifyContent;
  /** A SUBSCRIBE in the dialog has come, which may ask for something by its body; what this replies takes the place of the renewal. */
  readonly onRefresh?: ((subscription: ServerSubscription, incoming: IncomingRequest) => void) | undefined;
}

export class ServerSubscription implements DialogUsage {
  readonly event: string;
  readonly #environment: DialogEnvironment;
  readonly #options: ServerSubscriptionOptions;
  readonly #state: DialogState;
  readonly #endListeners: ((reason: SubscriptionEnd) => void)[] = [];
  #expiresAt = 0;
  /** Before that nobody is told anything: the subscriber would take it for the end of what has hardly begun. */
  #isGranted = false;
  #stopExpiry: Cancel = () => undefined;
  #ended: SubscriptionEnd | undefined;
  #sending: Promise<void> | undefined;
  #due = false;

  constructor(environment: DialogEnvironment, record: SubscriptionRecord, options: ServerSubscriptionOptions) {
    this.#environment = environment;
    this.#options = options;
    this.event = record.event;
    this.#state = new DialogState(record);
    environment.remember(this.#state.id, this);
  }

  /** Names it among all subscriptions. */
  get id(): string {
    return this.#state.id;
  }

  get callId(): string {
    return this.#state.callId;
  }

  get ended(): SubscriptionEnd | undefined {
    return this.#ended;
  }

  /** Who subscribed: the From header's value. */
  get subscriber(): string {
    return this.#state.remoteAddress;
  }

  /** As it is now: to be stored, and given to `Notifier.restore` after a restart. */
  get record(): SubscriptionRecord {
    const { callId, localTag, remoteTag, localAddress, remoteAddress, localSequence, remoteSequence, remoteTarget, routeSet } = this.#state;
    return { event: this.event, callId, localTag, remoteTag, localAddress, remoteAddress, localSequence, remoteSequence, remoteTarget, routeSet };
  }

  /** Called once. */
  onEnded(listener: (reason: SubscriptionEnd) => void): void {
    if (this.#ended === undefined) this.#endListeners.push(listener);
    else listener(this.#ended);
  }

  /** Tells the subscriber the present state; while a NOTIFY is under way, once more after it. */
  notify(): void {
    if (this.#ended !== undefined || !this.#isGranted) return;
    this.#due = true;
    this.#sending ??= this.#sendAll();
  }

  /** Ends it with a last NOTIFY that says why; resolves when that is answered, or never will be. */
  async terminate(reason: TerminationReason): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#finish(reason);
    await this.#sending;
    await this.#send(formatSubscriptionState({ state: 'terminated', reason }), false);
  }

  /** @internal */
  close(): Promise<void> {
    return this.terminate('deactivated');
  }

  /** @internal It lasts for so many seconds from now. */
  keepFor(seconds: number): void {
    const { clock } = this.#environment.layer;
    this.#isGranted = true;
    this.#expiresAt = clock.now() + seconds * 1000;
    this.#stopExpiry();
    this.#stopExpiry = clock.setTimeout(() => void this.#endWith('timeout'), seconds * 1000);
  }

  /** @internal */
  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    const incoming = new IncomingRequest({ transaction, localTag: this.#state.localTag, responseHeaders: this.#environment.responseHeaders });
    if (!this.#state.acceptSequence(request)) { incoming.reply(500, { reason: 'CSeq Out of Order' }); return; }
    if (request.method !== 'SUBSCRIBE') { this.#environment.fallback(incoming); return; }
    if (this.#ended !== undefined) { incoming.reply(481); return; }
    const seconds = this.#options.grant(request.expires);
    if (seconds === undefined) { incoming.reply(423, { headers: { 'Min-Expires': String(this.#options.minExpires) } }); return; }
    this.#options.onRefresh?.(this, incoming);
    if (!incoming.pending) return;
    this.#state.refreshTarget('SUBSCRIBE', request);
    incoming.reply(200, { headers: { Expires: String(seconds), Contact: this.#environment.contact } });
    if (seconds === 0) void this.#endWith('ended');
    else {
      this.keepFor(seconds);
      this.notify();
    }
  }

  /** @internal The first SUBSCRIBE only wants the state, once (RFC 6665 §4.4.3). */
  fetch(): void {
    void this.#endWith('timeout');
  }

  /** @internal It was never granted: no NOTIFY, no word. */
  discard(): void {
    this.#endListeners.length = 0;
    this.#finish('ended');
  }

  async #endWith(reason: 'timeout' | 'ended'): Promise<void> {
    if (this.#ended !== undefined) return;
    this.#finish(reason);
    await this.#sending;
    await this.#send(formatSubscriptionState({ state: 'terminated', reason: 'timeout' }), true);
  }

  async #sendAll(): Promise<void> {
    while (this.#due && this.#ended === undefined) {
      this.#due = false;
      const expires = Math.max(0, Math.ceil((this.#expiresAt - this.#environment.layer.clock.now()) / 1000));
      const delivered = await this.#send(formatSubscriptionState({ state: 'active', expires }), true);
      if (!delivered) this.#finish('unreachable');
    }
    this.#sending = undefined;
  }

  /** @returns whether the subscriber still knows the subscription */
  async #send(subscriptionState: string, withContent: boolean): Promise<boolean> {
    const state = this.#state;
    const request = state.createRequest('NOTIFY');
    const { headers } = request;
    headers.append('Contact', this.#environment.contact);
    for (const [name, value] of this.#environment.requestHeaders) headers.append(name, value);
    headers.append('Event', this.event);
    headers.append('Subscription-State', subscriptionState);
    const content = withContent ? this.#options.content(this) : undefined;
    if (content) {
      headers.append('Content-Type', content.contentType);
      if (content.contentEncoding !== undefined) headers.append('Content-Encoding', content.contentEncoding);
      request.body = typeof content.body === 'string' ? Buffer.from(content.body) : content.body;
    }
    try {
      const response = await this.#environment.send(request, { nextHop: state.nextHop(), nextSequence: () => ++state.localSequence });
      // §4.2.2: whatever else it complains about, the subscription stands.
      return ![404, 405, 410, 416, 480, 481, 482, 483, 484, 485, 489, 501, 604].includes(response.status);
    } catch (error) {
      this.#environment.report(error, 'NOTIFY was not answered', this.callId);
      return false;
    }
  }

  #finish(reason: SubscriptionEnd): void {
    if (this.#ended !== undefined) return;
    this.#ended = reason;
    this.#stopExpiry();
    this.#environment.forget(this.#state.id);
    for (const listener of this.#endListeners.splice(0)) listener(reason);
  }
}
