/** Who rings here at this moment, as pure functions on a list. */
import type { Invited } from '../../connection/meeting-messages.ts';

export interface Ring {
  readonly call: string;
  readonly from: string;
  /** When it stops, in milliseconds on the page's clock. */
  readonly until: number;
  /** The other's offer, for a call between two. */
  readonly sdp: string | undefined;
  /** The room one is asked into. */
  readonly room: { readonly id: string; readonly key: string | undefined; readonly title: string | undefined } | undefined;
}

/** More than these would cover the page; front lets five ring from one person. */
export const MAX_RINGS = 12;
const LONGEST_RING_MS = 60_000;
const USUAL_RING_MS = 10_000;

export function ringOf({ call, from, expiresInMs, sdp, room, key, title }: Invited, now: number): Ring {
  const wait = Math.min(expiresInMs > 0 ? expiresInMs : USUAL_RING_MS, LONGEST_RING_MS);
  return { call, from, until: now + wait, sdp, room: room === undefined ? undefined : { id: room, key, title } };
}

/** The same invitation again replaces itself; further ones than can be shown are left to expire. */
export function withRing(rings: readonly Ring[], ring: Ring): readonly Ring[] {
  const others = rings.filter(({ call }) => call !== ring.call);
  return others.length >= MAX_RINGS ? others : [...others, ring];
}

export function withoutRing(rings: readonly Ring[], call: string): readonly Ring[] {
  return rings.some((ring) => ring.call === call) ? rings.filter((ring) => ring.call !== call) : rings;
}
