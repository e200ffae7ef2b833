/** One request on its way: in a client transaction of its own to each server that it is tried at, until one of them answers (RFC 3263 §4.3). */

import { formatHostPort } from '../message/host.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import type { Cancel } from '../timing/clock.ts';
import { transactionLifetime } from '../timing/timers.ts';
import type { ClientTransaction, ClientTransactionUser } from '../transaction/client.ts';
import { cancelFor } from '../transaction/hop-requests.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import type { Address } from '../transport/transport.ts';
import type { Servers } from './servers.ts';

/** A server that has said nothing at all for so long since the request was sent is passed over, ms. */
export const SILENCE_MS = 1_000;

/** The other side has the request already, by way of another server (RFC 3261 §8.2.2.2). */
const MERGED = 482;
const UNAVAILABLE = 503;

/** The request as it was sent, its Via included, and where. */
export interface Sent {
  readonly request: SipRequest;
  readonly to: Address;
  /** The same text for the same place. */
  readonly place: string;
}

export interface DeliveryUser {
  /** Each provisional response, and the final one; of an INVITE every 2xx, those of other tries too. */
  onResponse(response: SipResponse, sent: Sent): void;
  /** No final response in the time that SIP allows. */
  onTimeout(): void;
  onTransportError(error: Error): void;
  /**
   * The only server that had the INVITE, and said so by a provisional response, is down: what became of it nobody knows. Such a request
   * is sent to the next server too where this is missing.
   */
  onLost?(): void;
}

export interface DeliveryOptions {
  readonly layer: TransactionLayer;
  readonly servers: Servers | undefined;
  readonly request: SipRequest;
  /** The next hop, as the request or the dialog has it. */
  readonly hop: Address;
  /** The server to begin with, where it is one of several. */
  readonly first?: Address | undefined;
  readonly user: DeliveryUser;
}

const NOBODY_LISTENS: ClientTransactionUser = { onResponse: () => undefined, onTimeout: () => undefined, onTransportError: () => undefined };

export class Delivery {
  readonly #options: DeliveryOptions;
  /** Undefined where the next hop is none of several: then there is one try, as RFC 3261 has it. */
  readonly #servers: Servers | undefined;
  readonly #tries: Try[] = [];
  readonly #begunAt: number;
  /** A 482 that waits for what an earlier try comes to. */
  #merged: { readonly response: SipResponse; readonly sent: Try } | undefined;
  #stays = false;
  #over = false;
  #stopListening: Cancel = () => undefined;
  #stopSilence: Cancel = () => undefined;

  /** Sends the request; the user hears nothing before this returns. @throws TooManyTransactionsError */
  constructor(options: DeliveryOptions) {
    const { layer, servers, hop, first, request } = options;
    this.#options = options;
    this.#begunAt = layer.clock.now();
    this.#servers = servers?.serves(hop) === true ? servers : undefined;
    this.#send(request, (this.#servers && first) ?? this.#servers?.locate(hop) ?? hop);
    if (this.#servers) this.#listen(this.#servers);
  }

  /** From now on no further server is tried. */
  stay(): void {
    this.#stays = true;
  }

  /** Forgets every try without a word. */
  abandon(): void {
    this.#finish();
    for (const { transaction } of this.#tries) transaction?.abandon();
  }

  /** Sends CANCEL after each INVITE that somebody has (RFC 3261 §9.1), once. @returns whether there is such a one @throws TooManyTransactionsError */
  cancel(): boolean {
    const { layer } = this.#options;
    let isSent = false;
    for (const each of this.#tries) {
      if (each.transaction?.state !== 'proceeding') continue;
      isSent = true;
      if (!each.cancelled) layer.send(cancelFor(each.request), each.to, NOBODY_LISTENS, { branch: each.transaction.branch });
      each.cancelled = true;
    }
    return isSent;
  }

  /** @internal */
  hears(sent: Try, response: SipResponse): void {
    const { user, request } = this.#options;
    const { status } = response;
    if (status >= 200) sent.isOver = true;
    else sent.isHeard = true;
    if (this.#over) {
      // The ACK to a 2xx is the user's, whenever it comes.
      if (request.method === 'INVITE' && status >= 200 && status < 300) user.onResponse(response, sent);
      return;
    }
    if (status === UNAVAILABLE && this.#isForServer && this.#moveOn(sent, false)) return;
    if (status === MERGED && sent !== this.#tries[0] && this.#othersLive(sent)) {
      this.#merged = { response, sent };
      return;
    }
    if (status >= 200) this.#settle();
    user.onResponse(response, sent);
  }

  /** @internal */
  timesOut(sent: Try): void {
    sent.isOver = true;
    if (!this.#over && !this.#othersLive(sent)) this.#failWith(() => this.#options.user.onTimeout());
  }

  /** @internal */
  cannotBeSent(sent: Try, error: Error): void {
    sent.isOver = true;
    if (this.#over || this.#moveOn(sent, false) || this.#othersLive(sent)) return;
    this.#failWith(() => this.#options.user.onTransportError(error));
  }

  get #latest(): Try | undefined {
    return this.#tries.at(-1);
  }

  /** What no name stands in is for the server itself. */
  get #isForServer(): boolean {
    const { method, uri, to } = this.#options.request;
    return method !== 'INVITE' && to.tag === undefined && !uri.includes('@');
  }

  #send(request: SipRequest, to: Address): void {
    const { layer } = this.#options;
    const sent = new Try(this, request, to);
    sent.isLost = this.#servers?.isDown(to) ?? false;
    sent.transaction = layer.send(request, to, sent);
    this.#tries.push(sent);
    this.#stopSilence();
    if (!this.#servers) return;
    const sentAt = layer.clock.now();
    this.#stopSilence = layer.clock.setTimeout(() => {
      if (!sent.isHeard && !sent.isOver && this.#servers?.isSilent(to, sentAt) === true) this.#moveOn(sent, false);
    }, SILENCE_MS);
  }

  #listen(servers: Servers): void {
    const stopDown = servers.onDown((server) => this.#wentDown(servers, server));
    const stopUp = servers.onUp(() => this.#cameUp());
    this.#stopListening = () => {
      stopDown();
      stopUp();
    };
  }

  /** All were down; now one is not. */
  #cameUp(): void {
    const latest = this.#latest;
    if (latest?.isLost === true) this.#moveOn(latest, true);
  }

  #wentDown(servers: Servers, server: Address): void {
    // Who only is not in the list any more may still answer.
    if (!servers.isDown(server)) return;
    const latest = this.#latest;
    for (const each of this.#tries) if (servers.isSame(each.to, server)) each.isLost = true;
    if (this.#over || latest?.isLost !== true) {
      this.#reportMerged();
      return;
    }
    const { user } = this.#options;
    const isUnknown = (latest.isHeard && user.onLost !== undefined) || this.#stays;
    if (!isUnknown) this.#moveOn(latest, true);
    else if (!this.#othersLive(latest)) this.#failWith(() => (user.onLost ? user.onLost() : user.onTimeout()));
  }

  /** Sends the request to the next server, in a transaction of its own. @returns whether there is one */
  #moveOn(from: Try, again: boolean): boolean {
    const { layer, user } = this.#options;
    if (this.#over || this.#stays || layer.clock.now() - this.#begunAt > transactionLifetime(layer.timers)) return false;
    const next = this.#servers?.next(this.#tries.map(({ to }) => to), again);
    if (!next) return false;
    const copy = from.request.clone();
    copy.headers.removeFirstValue('Via');
    try {
      this.#send(copy, next);
    } catch (error) {
      this.#failWith(() => user.onTransportError(error instanceof Error ? error : new Error('The request was not sent', { cause: error })));
    }
    return true;
  }

  #othersLive(than: Try): boolean {
    return this.#tries.some((each) => each !== than && !each.isOver && !each.isLost);
  }

  #reportMerged(): void {
    const merged = this.#merged;
    if (this.#over || !merged || this.#othersLive(merged.sent)) return;
    this.#settle();
    this.#options.user.onResponse(merged.response, merged.sent);
  }

  /** Nothing is left to wait for; that another had the request already is more than that nobody answered. */
  #failWith(report: () => void): void {
    this.#reportMerged();
    if (this.#over) return;
    this.#settle();
    report();
  }

  /** An INVITE's other tries go on: whoever answers one is to get his ACK, and a BYE. */
  #settle(): void {
    this.#finish();
    if (this.#options.request.method === 'INVITE') return;
    for (const each of this.#tries) if (!each.isOver) each.transaction?.abandon();
  }

  #finish(): void {
    this.#over = true;
    this.#stopListening();
    this.#stopSilence();
  }
}

/** The request at one server. */
class Try implements Sent, ClientTransactionUser {
  readonly request: SipRequest;
  readonly to: Address;
  readonly place: string;
  transaction: ClientTransaction | undefined;
  /** Something provisional has come. */
  isHeard = false;
  /** Nothing more is expected of it. */
  isOver = false;
  /** Its server is down. */
  isLost = false;
  cancelled = false;
  readonly #delivery: Delivery;

  constructor(delivery: Delivery, request: SipRequest, to: Address) {
    this.#delivery = delivery;
    this.request = request;
    this.to = to;
    this.place = formatHostPort(to.host, to.port);
  }

  onResponse(response: SipResponse): void {
    this.#delivery.hears(this, response);
  }

  onTimeout(): void {
    this.#delivery.timesOut(this);
  }

  onTransportError(error: Error): void {
    this.#delivery.cannotBeSent(this, error);
  }
}
