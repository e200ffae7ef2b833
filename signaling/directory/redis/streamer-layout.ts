/** A registered name as keys: a head that says whose it is and what it says of itself, and a key for each binding. */

import { isDeepStrictEqual } from 'node:util';
import type { Binding, Kind, Streamer, StreamerInfo } from '../entries.ts';
import type { EngineClock } from './engine-clock.ts';
import { HEAD } from './layout.ts';
import type { Layout, Placed } from './layout.ts';
import { storedBinding, storedHead } from './stored.ts';

/** A head outlives its last binding by so much, so that no binding is ever without one, ms. */
const HEAD_OUTLIVES_MS = 1000;

/** What a name has beside its bindings. */
export interface NameHead {
  readonly kind: Kind;
  readonly info: StreamerInfo;
  readonly identity: string | undefined;
  readonly forgotten: boolean;
  /** Ms since 1970 of our clock; not written: the key's own life says it. */
  readonly endsAt: number;
}

export type NamePart = NameHead | Binding;

export const streamerLayout: Layout<Streamer, NamePart> = {
  keyOf: ({ name }) => name,

  split({ kind, info, identity, forgotten, bindings }) {
    const endsAt = bindings.reduce((latest, { expiresAt }) => Math.max(latest, expiresAt), 0) + HEAD_OUTLIVES_MS;
    return new Map<string, NamePart>([[HEAD, { kind, info, identity, forgotten, endsAt }], ...bindings.map((binding) => [binding.contact, binding] as const)]);
  },

  join(name, parts) {
    const head = parts.get(HEAD)?.value;
    if (!head || !isHead(head)) return undefined;
    const placed: { value: Binding; order: number }[] = [];
    for (const { value, order } of parts.values()) if (!isHead(value)) placed.push({ value, order });
    const [first, ...further] = placed.sort((a, b) => b.value.q - a.value.q || a.order - b.order).map(({ value }) => value);
    const { kind, info, identity, forgotten } = head;
    return first && { name, kind, info, identity, bindings: [first, ...further], forgotten };
  },

  same(before, after) {
    if (before === after) return true;
    if (!isHead(before) || !isHead(after)) return isDeepStrictEqual(before, after);
    return (
      before.kind === after.kind &&
      before.identity === after.identity &&
      before.forgotten === after.forgotten &&
      (before.info === after.info || isDeepStrictEqual(before.info, after.info))
    );
  },

  write({ value, order }, clock) {
    if (!isHead(value)) return JSON.stringify({ order, ...value, expiresAt: clock.toEngine(value.expiresAt) });
    const { kind, info, identity, forgotten } = value;
    return JSON.stringify({ order, kind, info, identity, forgotten });
  },

  read: (name, text, clock) => (name === HEAD ? readHead(text) : readBinding(text, clock)),

  endsAt: (part) => (isHead(part) ? part.endsAt : part.expiresAt),

  changesHands: (before, after, now) =>
    before === undefined || before.kind !== after.kind || before.bindings.every(({ expiresAt }) => expiresAt <= now),
};

function isHead(part: NamePart): part is NameHead {
  return !('contact' in part);
}

function readHead(text: string): Placed<NamePart> {
  const { order, identity, ...head } = storedHead.parse(JSON.parse(text));
  return { order, value: { ...head, info: head.info, identity, endsAt: 0 } };
}

function readBinding(text: string, clock: EngineClock): Placed<NamePart> {
  const { order, ...binding } = storedBinding.parse(JSON.parse(text));
  return { order, value: { ...binding, expiresAt: clock.toLocal(binding.expiresAt) } };
}
