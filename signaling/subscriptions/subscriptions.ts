/** Subscriptions to the lists (RFC 6665): kept on disk, so that after a restart each subscriber is told to subscribe anew. */

import type { Agent } from '../../shared/sip/agent/agent.ts';
import type { NotifierOptions } from '../../shared/sip/subscription/notifier.ts';
import type { ServerSubscription } from '../../shared/sip/subscription/server-subscription.ts';
import { eventPackage } from '../../shared/sip/subscription/subscription-state.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { Directory } from '../directory/directory.ts';
import type { StoredSubscription } from '../directory/entries.ts';
import type { Lists } from '../list/paged-list.ts';
import { ListPackage, MAX_EXPIRES_SECONDS } from './list-package.ts';

/** How long the end of an earlier life's subscription may take, seconds: 64·T1. */
const FAREWELL_SECONDS = 32;

export interface SubscriptionsOptions {
  readonly directory: Directory;
  readonly lists: Lists;
  readonly agent: Agent;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** An event package whose subscriptions are kept here. */
export interface StoredPackage {
  readonly name: string;
  restore(stored: StoredSubscription, seconds: number): ServerSubscription;
  close(): void;
}

export class Subscriptions {
  readonly #options: SubscriptionsOptions;
  readonly #packages: Map<string, Pick<StoredPackage, 'restore' | 'close'>>;
  /** Those of an earlier life, which are only told of their end. */
  readonly #ending = new Set<string>();

  constructor(options: SubscriptionsOptions) {
    this.#options = options;
    const { agent, clock, lists } = options;
    this.#packages = new Map(lists.map((list) => [list.name, new ListPackage({ list, agent, clock, ...this.keeping })]));
  }

  /** What a notifier is told to do, so that its subscriptions are kept. */
  get keeping(): Required<Pick<NotifierOptions, 'admit' | 'onEnded'>> {
    const { subscriptions } = this.#options.directory;
    return {
      admit: (subscription) => subscriptions.put(this.#stored(subscription)),
      onEnded: ({ id }) => {
        if (!this.#ending.has(id)) subscriptions.deleteLazily(id);
      },
    };
  }

  /** A further event package, made with what `keeping` says. */
  add(events: StoredPackage): void {
    this.#packages.set(events.name, events);
  }

  /** Ends the subscriptions of an earlier life, which their subscribers must make anew; each is forgotten once it was told. */
  deactivateStored(): void {
    const { subscriptions } = this.#options.directory;
    for (const stored of [...subscriptions.values()]) {
      const forget = (): void => {
        this.#ending.delete(stored.id);
        subscriptions.deleteLazily(stored.id);
      };
      const list = this.#packages.get(eventPackage(stored.event));
      if (!list) {
        forget();
        continue;
      }
      this.#ending.add(stored.id);
      list.restore(stored, FAREWELL_SECONDS).terminate('deactivated').then(forget, forget);
    }
  }

  /** Stops without a word: after a restart each subscriber is told. */
  close(): void {
    for (const list of this.#packages.values()) list.close();
  }

  #stored(subscription: ServerSubscription): StoredSubscription {
    return { ...subscription.record, id: subscription.id, expiresAt: this.#options.now() + MAX_EXPIRES_SECONDS * 1000 };
  }
}
