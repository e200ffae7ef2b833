/**
 * By whom a stream has come: each relay says in its INVITE who it is, and each answer to one lists everybody from the origin on, so that
 * no relay gets its own stream back, and none is deeper in the tree than its viewers would like (docs/scale.md, Relays).
 */
import { RefusedError } from './refused.ts';
import type { SipRequest, SipResponse } from '../../shared/sip/index.ts';

export const RELAY_PATH_HEADER = 'Sipcast-Relay-Path';

/** Relays between the origin and a viewer; each adds a hop's delay and half of its loss. */
export const MAX_DEPTH = 8;
/** What somebody says who is no relay of ours. */
const MAX_ENTRIES = 16;
const MAX_ENTRY_CHARACTERS = 400;
const ON_DEMAND = 'keyframes=asked';

/** One streamer on the way: its name, and which of those that share it. */
export interface Station {
  readonly id: string;
  /** Of an origin: whether it has a keyframe made where one is asked for. */
  readonly onDemand: boolean;
}

/** The origin first. */
export type RelayPath = readonly Station[];

/** What a streamer tells relays that call. */
export interface Passage {
  /** As it is at present, ourselves last. */
  readonly path: () => RelayPath;
  /** Why no relay can have it; undefined where any can. */
  readonly hindrance?: string | undefined;
}

/** @param replica which of those that share the name */
export function stationId(name: string, replica?: string): string {
  return [name, ...(replica === undefined ? [] : [replica])].map((part) => encodeURIComponent(part)).join('/');
}

/** What people are told of it. */
export function stationName(id: string): string {
  try {
    return id.split('/').map((part) => decodeURIComponent(part)).join(', replica ');
  } catch {
    return id;
  }
}

export function formatPath(path: RelayPath): string {
  return path.map(({ id, onDemand }) => (onDemand ? `${id};${ON_DEMAND}` : id)).join(', ');
}

/** Undefined where there is none, or none that can be read. */
export function readPath({ headers }: Pick<SipRequest | SipResponse, 'headers'>): RelayPath | undefined {
  const text = headers.get(RELAY_PATH_HEADER);
  if (text === undefined || text.length > MAX_ENTRIES * MAX_ENTRY_CHARACTERS) return undefined;
  const path = text.split(',').map((entry): Station => {
    const [id = '', ...parameters] = entry.split(';').map((part) => part.trim());
    return { id, onDemand: parameters.includes(ON_DEMAND) };
  });
  return path.length <= MAX_ENTRIES && path.every(({ id }) => id !== '' && id.length <= MAX_ENTRY_CHARACTERS) ? path : undefined;
}

/**
 * Headers of the answer to whoever calls: none to a viewer.
 * @throws RefusedError 482 for a relay that we have the stream from, 483 where it would be too deep, 488 where no relay can have it
 */
export function passTo(request: Pick<SipRequest, 'headers'>, { path, hindrance }: Passage): Readonly<Record<string, string>> {
  const [caller] = readPath(request) ?? [];
  if (!caller) return {};
  if (hindrance !== undefined) throw new RefusedError(488, hindrance);
  const present = path();
  if (present.some(({ id }) => id === caller.id)) throw new RefusedError(482, `what is streamed here comes from ${stationName(caller.id)} itself, by ${namesOf(present)}`);
  if (present.length > MAX_DEPTH) throw new RefusedError(483, `there are ${MAX_DEPTH} relays from the origin to here, and no more may follow: ${namesOf(present)}`);
  return { [RELAY_PATH_HEADER]: formatPath(present) };
}

function namesOf(path: RelayPath): string {
  return path.map(({ id }) => stationName(id)).join(', ');
}
