/** The list as an event package (RFC 6665, `Event: directory`): its subscriptions are kept on disk, and its changes told in handfuls. */

import type { Agent } from '../../shared/sip/agent/agent.ts';
import type { Notifier } from '../../shared/sip/subscription/notifier.ts';
import type { ServerSubscription } from '../../shared/sip/subscription/server-subscription.ts';
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { Directory } from '../directory/directory.ts';
import type { StoredSubscription } from '../directory/entries.ts';
import { MAX_DATAGRAM_BYTES } from '../list/list.ts';
import type { StreamerList } from '../list/list.ts';
import { LIST_CONTENT_TYPE } from '../list/options.ts';

export const EVENT_PACKAGE = 'directory';

/** Subscribers hear of changes at most this often, ms. */
export const COALESCE_MS = 100;
const MAX_SUBSCRIPTIONS = 1000;
const MAX_EXPIRES_SECONDS = 3600;
/** How long the end of an earlier life's subscription may take, seconds: 64·T1. */
const FAREWELL_SECONDS = 32;
/** What a NOTIFY's start line and headers take, generously. */
const NOTIFY_HEADER_BYTES = 420;

export interface SubscriptionsOptions {
  readonly directory: Directory;
  readonly list: StreamerList;
  readonly agent: Agent;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #notifier: Notifier;
  /** Those of an earlier life, which are only told of their end. */
  readonly #ending = new Set<string>();
  #cancel: Cancel | undefined;
  #toldAt = -Infinity;

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    const { agent, list, directory } = options;
    this.#notifier = agent.notifier({
      event: EVENT_PACKAGE,
      content: () => ({ body: list.page(0, MAX_DATAGRAM_BYTES - NOTIFY_HEADER_BYTES), contentType: LIST_CONTENT_TYPE }),
      defaultExpires: MAX_EXPIRES_SECONDS,
      maxExpires: MAX_EXPIRES_SECONDS,
      maxSubscriptions: MAX_SUBSCRIPTIONS,
      admit: (subscription) => directory.subscriptions.put(this.#stored(subscription)),
      onEnded: ({ id }) => {
        if (!this.#ending.has(id)) directory.subscriptions.deleteLazily(id);
      },
    });
  }

  get size(): number {
    return [...this.#notifier.subscriptions].length;
  }

  /** The list has changed: whoever subscribed hears of it soon, together with what changes meanwhile. */
  changed(): void {
    if (this.#cancel) return;
    const { clock } = this.#options;
    this.#cancel = clock.setTimeout(() => {
      this.#cancel = undefined;
      this.#toldAt = clock.now();
      this.#notifier.notifyAll();
    }, Math.max(0, this.#toldAt + COALESCE_MS - clock.now()));
  }

  /** Ends the subscriptions of an earlier life, which their subscribers must make anew; each is forgotten once it was told. */
  deactivateStored(): void {
    const { subscriptions } = this.#options.directory;
    for (const stored of subscriptions.values()) {
      this.#ending.add(stored.id);
      const forget = (): void => {
        this.#ending.delete(stored.id);
        subscriptions.deleteLazily(stored.id);
      };
      this.#notifier.restore(stored, FAREWELL_SECONDS).terminate('deactivated').then(forget, forget);
    }
  }

  /** Stops without a word: after a restart each subscriber is told. */
  close(): void {
    this.#cancel?.();
    for (const subscription of [...this.#notifier.subscriptions]) subscription.discard();
  }

  #stored(subscription: ServerSubscription): StoredSubscription {
    return { ...subscription.record, id: subscription.id, expiresAt: this.#options.now() + MAX_EXPIRES_SECONDS * 1000 };
  }
}
