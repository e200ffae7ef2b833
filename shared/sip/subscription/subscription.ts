/** The subscriber (RFC 6665 §4.1): keeps one subscription alive until it is ended by either side. */

import { DialogState, dialogId } from '../dialog/dialog-state.ts';
import type { DialogEnvironment, DialogUsage } from '../dialog/environment.ts';
import { IncomingRequest } from '../dialog/incoming-request.ts';
import type { Servers } from '../locating/servers.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { SipSyntaxError } from '../message/syntax-error.ts';
import type { Cancel } from '../timing/clock.ts';
import { transactionLifetime } from '../timing/timers.ts';
import { TransactionTimeoutError } from '../transaction/errors.ts';
import type { ServerTransaction } from '../transaction/server.ts';
import { uriAddress } from '../dialog/next-hop.ts';
import type { Address } from '../transport/transport.ts';
import { eventPackage, parseSubscriptionState } from './subscription-state.ts';

/** A refresh goes out so long before the end, or at half time where that is later: room for a lost transaction and another. */
const REFRESH_MARGIN_MS = 70_000;
const DEFAULT_EXPIRES_SECONDS = 3600;

/** Why a subscription is over whose server is down while there are others: one of them is to be subscribed to. */
export const SERVER_DOWN = 'server-down';

/** SUBSCRIBE was refused. */
export class SubscriptionRejectedError extends Error {
  override readonly name = 'SubscriptionRejectedError';
  readonly status: number;
  readonly response: SipResponse;

  constructor(uri: string, response: SipResponse) {
    super(`${uri} refused the subscription: ${response.status} ${response.reason} (Call-ID ${response.callId})`);
    this.status = response.status;
    this.response = response;
  }
}

/** What a SUBSCRIBE in the dialog says beside that it renews. */
export interface RefreshContent {
  readonly body: string;
  readonly contentType: string;
}

export class Subscription implements DialogUsage {
  /** The first 2xx. Rejects with SubscriptionRejectedError, TransactionTimeoutError or TransportError. */
  readonly established: Promise<void>;
  readonly #environment: DialogEnvironment;
  readonly #request: SipRequest;
  readonly #nextHop: Address | undefined;
  readonly #event: string;
  readonly #early: string;
  readonly #notifyListeners: ((notify: SipRequest) => void)[] = [];
  readonly #terminatedListeners: ((reason: string) => void)[] = [];
  #state: DialogState | undefined;
  #terminated: string | undefined;
  #ending: Promise<void> | undefined;
  #expiresSeconds: number;
  #stopRefresh: Cancel = () => undefined;
  #stopExpiry: Cancel = () => undefined;
  #stopWatching: Cancel = () => undefined;

  /** Sends the SUBSCRIBE. */
  constructor(environment: DialogEnvironment, request: SipRequest, nextHop: Address | undefined) {
    this.#environment = environment;
    this.#request = request;
    this.#nextHop = nextHop;
    this.#event = eventPackage(request.headers.get('Event'));
    this.#expiresSeconds = request.expires ?? DEFAULT_EXPIRES_SECONDS;
    // A NOTIFY may overtake the 200, so that the other side's tag is not known yet (§4.1.2.4).
    this.#early = dialogId(request.callId, request.from.tag ?? '', '');
    environment.remember(this.#early, this);
    this.established = this.#begin();
    this.established.catch(() => undefined);
  }

  get callId(): string {
    return this.#request.callId;
  }

  /** Why it is over; undefined while it lasts. */
  get terminated(): string | undefined {
    return this.#terminated;
  }

  /** Each NOTIFY, the last one too; answered 200 already. */
  onNotify(listener: (notify: SipRequest) => void): void {
    this.#notifyListeners.push(listener);
  }

  /**
   * Called once with the notifier's reason (`deactivated`, `timeout`, `noresource`, …), or with ours: `rejected`, `unreachable`,
   * `expired`, `ended`, or SERVER_DOWN.
   */
  onTerminated(listener: (reason: string) => void): void {
    if (this.#terminated === undefined) this.#terminatedListeners.push(listener);
    else listener(this.#terminated);
  }

  /**
   * Subscribes for another term now, and asks for something by a body where the event package knows such; resolves when that is settled,
   * with the answer, or undefined where there was none.
   */
  async refresh(content?: RefreshContent): Promise<SipResponse | undefined> {
    if (!this.#state || this.#terminated !== undefined) return undefined;
    try {
      const response = await this.#subscribeAgain(this.#expiresSeconds, content);
      if (response.status < 300) this.#granted(response);
      else if (response.status === 423 && (response.headers.get('Min-Expires') ?? '') !== '') await this.#refreshLonger(response);
      // Other refusals leave the subscription as it is, until it expires (§4.1.2.2).
      else if (response.status === 481) this.#terminate('unreachable');
      return response;
    } catch (error) {
      this.#environment.report(error, 'The subscription could not be refreshed', this.callId);
      if (error instanceof TransactionTimeoutError) this.#terminate('unreachable');
      return undefined;
    }
  }

  /** Unsubscribes; resolves when the notifier has answered or never will. */
  end(): Promise<void> {
    return (this.#ending ??= this.#end());
  }

  /** @internal */
  close(): Promise<void> {
    return this.end();
  }

  /** @internal A request of this subscription's dialog. */
  receive(transaction: ServerTransaction): void {
    const { request } = transaction;
    const incoming = new IncomingRequest({ transaction, localTag: this.#request.from.tag ?? '', responseHeaders: this.#environment.responseHeaders });
    if (request.method !== 'NOTIFY') { this.#environment.fallback(incoming); return; }
    if (eventPackage(request.headers.get('Event')) !== this.#event) { incoming.reply(489); return; }
    const header = request.headers.get('Subscription-State');
    if (header === undefined) { incoming.reply(400, { reason: 'Missing Subscription-State' }); return; }
    if (!this.#state) this.#enterByNotify(request);
    // Another fork of the SUBSCRIBE: one subscription is enough (§4.1.4).
    if (this.#state?.remoteTag !== request.from.tag) { incoming.reply(481); return; }
    if (!this.#state?.acceptSequence(request)) { incoming.reply(500, { reason: 'CSeq Out of Order' }); return; }
    this.#notified(incoming, header);
  }

  #notified(incoming: IncomingRequest, header: string): void {
    const { request } = incoming;
    let value;
    try {
      value = parseSubscriptionState(header);
    } catch (error) {
      if (!(error instanceof SipSyntaxError)) throw error;
      incoming.reply(400, { reason: 'Malformed Subscription-State' }); return;
    }
    incoming.reply(200, { headers: { Contact: this.#environment.contact } });
    this.#state?.refreshTarget('NOTIFY', request);
    if (value.state !== 'terminated' && value.expires !== undefined) this.#keepFor(value.expires);
    for (const listener of this.#notifyListeners) listener(request);
    if (value.state === 'terminated') this.#terminate(value.reason ?? 'terminated');
  }

  async #begin(): Promise<void> {
    const { layer } = this.#environment;
    // Timer N: a subscription without any NOTIFY is none (§4.1.2.4).
    this.#stopExpiry = layer.clock.setTimeout(() => this.#terminate('unreachable'), 2 * transactionLifetime(layer.timers));
    try {
      const response = await this.#environment.send(this.#request, { nextHop: this.#nextHop });
      if (response.status >= 300) throw new SubscriptionRejectedError(this.#request.uri, response);
      if (!this.#state) this.#enter(DialogState.ofClient(this.#request, response));
      // A challenge has cost a CSeq number.
      if (this.#state) this.#state.localSequence = Math.max(this.#state.localSequence, response.cseq.number);
      this.#granted(response);
    } catch (error) {
      this.#terminate(error instanceof SubscriptionRejectedError ? 'rejected' : 'unreachable');
      throw error;
    }
  }

  async #end(): Promise<void> {
    if (!this.#state) await this.established.catch(() => undefined);
    if (!this.#state || this.#terminated !== undefined) return;
    this.#stopRefresh();
    try {
      await this.#subscribeAgain(0);
    } catch (error) {
      this.#environment.report(error, 'The subscription could not be ended', this.callId);
    }
    // The last NOTIFY may have come already; otherwise nobody waits for it.
    this.#terminate('ended');
  }

  #enter(state: DialogState): void {
    const { servers } = this.#environment;
    this.#state = state;
    this.#environment.remember(state.id, this);
    this.#stopWatching();
    if (servers) this.#stopWatching = servers.onDown((server) => this.#wentDown(servers, server));
  }

  /** Who took the subscription himself has it alone; one that a server only relayed goes on by way of another. */
  #wentDown(servers: Servers, server: Address): void {
    const state = this.#state;
    if (state?.routeSet.length === 0 && servers.isSame(uriAddress(state.remoteTarget), server)) this.#terminate(SERVER_DOWN);
  }

  #enterByNotify(notify: SipRequest): void {
    const state = DialogState.ofServer(notify, this.#request.from.tag ?? '');
    state.remoteSequence = undefined;
    state.localSequence = this.#request.cseq.number;
    this.#enter(state);
  }

  #granted(response: SipResponse): void {
    this.#state?.refreshTarget('SUBSCRIBE', response);
    this.#keepFor(response.expires ?? this.#expiresSeconds);
  }

  #keepFor(seconds: number): void {
    if (this.#terminated !== undefined || this.#ending) return;
    const { clock } = this.#environment.layer;
    const ms = seconds * 1000;
    this.#stopRefresh();
    this.#stopExpiry();
    this.#stopRefresh = clock.setTimeout(() => void this.refresh(), Math.max(ms / 2, ms - REFRESH_MARGIN_MS));
    this.#stopExpiry = clock.setTimeout(() => this.#terminate('expired'), ms);
  }

  async #refreshLonger(response: SipResponse): Promise<void> {
    this.#expiresSeconds = Math.max(this.#expiresSeconds, Number.parseInt(response.headers.get('Min-Expires') ?? '', 10) || 0);
    const again = await this.#subscribeAgain(this.#expiresSeconds);
    if (again.status < 300) this.#granted(again);
  }

  #subscribeAgain(expires: number, content?: RefreshContent): Promise<SipResponse> {
    const state = this.#state;
    if (!state) throw new Error('The subscription has no dialog yet');
    const request = state.createRequest('SUBSCRIBE');
    const { headers } = request;
    for (const name of ['Event', 'Accept']) {
      const value = this.#request.headers.get(name);
      if (value !== undefined) headers.append(name, value);
    }
    headers.append('Contact', this.#request.headers.get('Contact') ?? this.#environment.contact);
    headers.append('Expires', String(expires));
    for (const [name, value] of this.#environment.requestHeaders) headers.append(name, value);
    if (content) {
      headers.append('Content-Type', content.contentType);
      request.body = Buffer.from(content.body);
    }
    return this.#environment.send(request, { nextHop: state.nextHop(), nextSequence: () => ++state.localSequence });
  }

  #terminate(reason: string): void {
    if (this.#terminated !== undefined) return;
    this.#terminated = reason;
    this.#stopRefresh();
    this.#stopExpiry();
    this.#stopWatching();
    this.#environment.forget(this.#early);
    if (this.#state) this.#environment.forget(this.#state.id);
    for (const listener of this.#terminatedListeners.splice(0)) listener(reason);
  }
}
