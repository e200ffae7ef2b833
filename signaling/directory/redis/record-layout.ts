/** Sessions and subscriptions as keys: one each. Whoever writes last is right. */

import { isActive } from '../entries.ts';
import type { Session, StoredSubscription } from '../entries.ts';
import type { EngineClock } from './engine-clock.ts';
import { HEAD } from './layout.ts';
import type { Layout } from './layout.ts';
import { storedSession, storedSubscription } from './stored.ts';

/** How long the engine keeps a session that nobody removes, because the last daemon that knew of it is gone, ms. */
export interface SessionLives {
  readonly active: number;
  readonly ended: number;
}

export function sessionLayout(lives: SessionLives): Layout<Session, Session> {
  return {
    ...single((session: Session) => session.id),
    write: ({ value, order }, clock) => JSON.stringify({ order, ...value, id: undefined, changedAt: clock.toEngine(value.changedAt) }),
    read(_part, text, clock) {
      const { order, ...session } = storedSession.parse(JSON.parse(text));
      const { room, streamerAddress, intervalSeconds } = session;
      return { order, value: { ...session, id: '', room, streamerAddress, intervalSeconds, changedAt: clock.toLocal(session.changedAt) } };
    },
    join: (id, parts) => {
      const session = parts.get(HEAD)?.value;
      return session && (session.id === id ? session : { ...session, id });
    },
    endsAt: (session) => session.changedAt + (isActive(session) ? lives.active : lives.ended),
  };
}

export const subscriptionLayout: Layout<StoredSubscription, StoredSubscription> = {
  ...single((subscription: StoredSubscription) => subscription.id),
  write: ({ value, order }, clock) => JSON.stringify({ order, ...value, id: undefined, expiresAt: clock.toEngine(value.expiresAt) }),
  read(_part, text, clock: EngineClock) {
    const { order, ...subscription } = storedSubscription.parse(JSON.parse(text));
    return { order, value: { ...subscription, id: '', remoteSequence: subscription.remoteSequence, expiresAt: clock.toLocal(subscription.expiresAt) } };
  },
  join: (id, parts) => {
    const subscription = parts.get(HEAD)?.value;
    return subscription && (subscription.id === id ? subscription : { ...subscription, id });
  },
  endsAt: ({ expiresAt }) => expiresAt,
};

function single<Entry>(keyOf: (entry: Entry) => string): Pick<Layout<Entry, Entry>, 'keyOf' | 'split' | 'same'> {
  return { keyOf, split: (entry) => new Map([[HEAD, entry]]), same: () => false };
}
