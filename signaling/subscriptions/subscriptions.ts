/** The notifier of the list (RFC 6665 §4.2): who subscribed, and a NOTIFY to each whenever the list changes. */

import type { Logger } from '../../shared/log/logger.ts';
import type { SipRequest } from '../../shared/sip/message/message.ts';
import { parseUri } from '../../shared/sip/message/uri.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';
import type { Directory } from '../directory/directory.ts';
import type { StoredSubscription } from '../directory/entries.ts';
import { MAX_DATAGRAM_BYTES } from '../list/list.ts';
import type { StreamerList } from '../list/list.ts';
import { reachable } from '../registrar/contacts.ts';
import { Refusal } from '../reply.ts';
import type { Reply } from '../reply.ts';
import { readSubscribe } from './request.ts';
import type { Subscribe } from './request.ts';
import { Subscription } from './subscription.ts';
import type { SendRequest } from './subscription.ts';

const MAX_SUBSCRIPTIONS = 1000;
/** From one host: a host needs one for each of its services. */
const MAX_PER_HOST = 100;
const RETRY_AFTER_SECONDS = 30;
/** What a NOTIFY's start line and headers take, generously. */
const NOTIFY_HEADER_BYTES = 420;
/** NOTIFY CSeqs are not written to disk one by one: after a restart they go on well above any that was sent. */
const RESTART_CSEQ_GAP = 1_000_000;

export interface SubscriptionsOptions {
  readonly directory: Directory;
  readonly list: StreamerList;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly send: SendRequest;
  readonly newTag: () => string;
  /** Our own Contact URI. */
  readonly contact: string;
  readonly log: Logger;
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #live = new Map<string, Subscription>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
  }

  get size(): number {
    return this.#live.size;
  }

  /**
   * Carries out a SUBSCRIBE; the NOTIFY that must follow comes after the reply.
   * @throws Refusal 481 for a dialog that is not known, and what `readSubscribe` throws; DirectoryWriteError
   */
  async subscribe(request: SipRequest, source: Address): Promise<Reply> {
    const subscribe = readSubscribe(request);
    return request.to.tag === undefined ? this.#begin(request, source, subscribe) : this.#renew(request, source, subscribe);
  }

  /** The list has changed. */
  changed(): void {
    for (const subscription of this.#live.values()) subscription.changed();
  }

  /**
   * Ends the subscriptions of an earlier life of the daemon, which their subscribers must make anew, and forgets each once it was told.
   * To be called before any new one begins.
   */
  deactivateStored(): void {
    for (const stored of this.#options.directory.subscriptions.values()) {
      const subscription = this.#create({ ...stored, cseq: stored.cseq + RESTART_CSEQ_GAP }, 0, () => undefined);
      void subscription.terminate('deactivated').then(() => this.#options.directory.subscriptions.deleteLazily(stored.id));
    }
  }

  close(): void {
    for (const subscription of this.#live.values()) subscription.stop();
    this.#live.clear();
  }

  async #begin(request: SipRequest, source: Address, subscribe: Subscribe): Promise<Reply> {
    this.#requireRoom(source);
    const localTag = this.#options.newTag();
    const stored = this.#stored(request, source, subscribe, `${request.headers.get('To') ?? ''};tag=${localTag}`, 0);
    const subscription = this.#create(stored, request.cseq.number, (ended) => this.#forget(ended));
    this.#live.set(stored.id, subscription);
    try {
      await this.#options.directory.subscriptions.put(stored);
    } catch (error) {
      subscription.stop();
      this.#live.delete(stored.id);
      throw error;
    }
    this.#serve(subscription, subscribe.seconds);
    return this.#accepted(request, subscribe.seconds, localTag);
  }

  #renew(request: SipRequest, source: Address, subscribe: Subscribe): Reply {
    const subscription = this.#live.get(idOf(request, request.to.tag ?? ''));
    if (!subscription) throw new Refusal(481, 'there is no such subscription');
    if (request.cseq.number <= subscription.remoteCSeq) throw new Refusal(500, `CSeq ${request.cseq.number} is not higher than that of an earlier SUBSCRIBE`);
    const { from, cseq } = subscription.stored;
    const stored = this.#stored(request, source, subscribe, from, cseq);
    this.#options.directory.subscriptions.putLazily(stored);
    subscription.renew(stored, request.cseq.number);
    this.#serve(subscription, subscribe.seconds);
    return this.#accepted(request, subscribe.seconds);
  }

  /** Every SUBSCRIBE is followed by a NOTIFY; one that ends the subscription, by the last. Both wait until the reply has left. */
  #serve(subscription: Subscription, seconds: number): void {
    if (seconds > 0) subscription.changed();
    else this.#options.clock.setTimeout(() => void subscription.terminate('timeout'), 0);
  }

  #create(stored: StoredSubscription, remoteCSeq: number, onEnded: (subscription: Subscription, reason: string) => void): Subscription {
    const { clock, now, send, contact } = this.#options;
    return new Subscription(stored, remoteCSeq, { clock, now, send, contact, onEnded, firstPage: () => this.#options.list.page(0, MAX_DATAGRAM_BYTES - NOTIFY_HEADER_BYTES) });
  }

  #forget(subscription: Subscription): void {
    const { id, callId, address } = subscription.stored;
    this.#live.delete(id);
    this.#options.directory.subscriptions.deleteLazily(id);
    this.#options.log.debug({ callId, subscriber: address }, 'a subscription to the list ended');
  }

  #requireRoom(source: Address): void {
    let fromHost = 0;
    for (const { stored } of this.#live.values()) if (stored.address.host === source.host) fromHost++;
    if (this.#live.size < MAX_SUBSCRIPTIONS && fromHost < MAX_PER_HOST) return;
    throw new Refusal(503, 'there are as many subscriptions as are allowed', { headers: [['Retry-After', String(RETRY_AFTER_SECONDS)]] });
  }

  #stored(request: SipRequest, source: Address, { contact, seconds, eventId }: Subscribe, from: string, cseq: number): StoredSubscription {
    const localTag = /;\s*tag=([^;\s]+)/.exec(from)?.[1] ?? '';
    const routes = request.headers.values('Record-Route');
    const [firstRoute] = request.recordRoutes;
    return {
      id: idOf(request, localTag),
      callId: request.callId,
      contact,
      address: reachable(firstRoute ? firstRoute.parsedUri() : parseUri(contact), source),
      routes,
      from,
      to: request.headers.get('From') ?? '',
      eventId,
      cseq,
      expiresAt: this.#options.now() + seconds * 1000,
    };
  }

  #accepted(request: SipRequest, seconds: number, toTag?: string): Reply {
    return {
      status: 200,
      headers: [
        ...request.headers.all('Record-Route').map((route) => ['Record-Route', route] as const),
        ['Contact', `<${this.#options.contact}>`],
        ['Expires', String(seconds)],
      ],
      ...(toTag === undefined ? {} : { toTag }),
    };
  }
}

/** The dialog's id: Call-ID, our tag, and the subscriber's. */
function idOf(request: SipRequest, localTag: string): string {
  return `${request.callId};${localTag};${request.from.tag ?? ''}`;
}
