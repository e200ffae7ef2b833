/** One of the lists as an event package (RFC 6665): its subscribers are told of its changes, in handfuls. */

import type { Agent } from '../../shared/sip/agent/agent.ts';
import type { Notifier, NotifierOptions } from '../../shared/sip/subscription/notifier.ts';
import type { ServerSubscription } from '../../shared/sip/subscription/server-subscription.ts';
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { StoredSubscription } from '../directory/entries.ts';
import { LIST_CONTENT_TYPE, MAX_DATAGRAM_BYTES } from '../list/paged-list.ts';
import type { PagedList } from '../list/paged-list.ts';

/** Subscribers hear of a change after this, ms, together with what else has changed by then: never while the call that made it is still coming about. */
export const COALESCE_MS = 100;
export const MAX_EXPIRES_SECONDS = 3600;
const MAX_SUBSCRIPTIONS = 1000;
/** What a NOTIFY's start line and headers take, generously. */
const NOTIFY_HEADER_BYTES = 420;

export interface ListPackageOptions extends Pick<NotifierOptions, 'admit' | 'onEnded'> {
  readonly list: PagedList;
  readonly agent: Agent;
  readonly clock: Clock;
}

export class ListPackage {
  readonly #clock: Clock;
  readonly #notifier: Notifier;
  #cancel: Cancel | undefined;

  constructor({ list, agent, clock, ...options }: ListPackageOptions) {
    this.#clock = clock;
    this.#notifier = agent.notifier({
      ...options,
      event: list.name,
      content: () => ({ body: list.page(0, MAX_DATAGRAM_BYTES - NOTIFY_HEADER_BYTES), contentType: LIST_CONTENT_TYPE }),
      defaultExpires: MAX_EXPIRES_SECONDS,
      maxExpires: MAX_EXPIRES_SECONDS,
      maxSubscriptions: MAX_SUBSCRIPTIONS,
    });
    list.onChange(() => this.#changed());
  }

  /** A subscription of an earlier life, for `seconds`. */
  restore(stored: StoredSubscription, seconds: number): ServerSubscription {
    return this.#notifier.restore(stored, seconds);
  }

  /** Stops without a word: after a restart each subscriber is told. */
  close(): void {
    this.#cancel?.();
    for (const subscription of [...this.#notifier.subscriptions]) subscription.discard();
  }

  /** Whoever subscribed hears of it soon, together with what changes meanwhile. */
  #changed(): void {
    if (this.#cancel) return;
    this.#cancel = this.#clock.setTimeout(() => {
      this.#cancel = undefined;
      this.#notifier.notifyAll();
    }, COALESCE_MS);
  }
}
