/** Rooms as front serves them: those of the list, and who is inside one at this moment. */
import { countOf, isRecord, listOf, textOf } from './fields.ts';
import { MAX_NAME_UNITS } from './person.ts';

export interface Room {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly visibility: 'public' | 'private';
  readonly admission: 'open' | 'invite-only';
  readonly hasPassword: boolean;
  /** So many may be inside, from 2; null for no limit. */
  readonly guestLimit: number | null;
  /** Undefined for rooms that nobody has an account for, such as those of a call. */
  readonly owner: { readonly id: string; readonly fullName: string } | undefined;
  /** RFC 3339. */
  readonly created: string;
  /** RFC 3339: when somebody was last inside. */
  readonly active: string;
  /** Names of who is inside. */
  readonly members: readonly string[];
  readonly mine: boolean;
  /** Admits to an invite-only room; only its owner is told. */
  readonly key: string | undefined;
}

/** Who is inside a room whose list is not fetched for it. */
export interface Occupancy {
  readonly id: string;
  readonly members: readonly string[];
}

/** Somebody inside the room that one is in. */
export interface Member {
  /** Unique in the room, such as `m1`. */
  readonly id: string;
  readonly name: string;
  readonly audio: boolean;
  readonly video: boolean;
  readonly screen: boolean;
}

const MAX_ROOMS = 2_000;
const MAX_MEMBERS = 500;
const MAX_ID_UNITS = 200;
const MAX_TITLE_UNITS = 400;
const MAX_DESCRIPTION_UNITS = 4_000;
const MAX_LIMIT = 10_000;

export function parseId(value: unknown): string | undefined {
  return textOf(value, MAX_ID_UNITS);
}

/** @returns undefined for what has no identifier */
export function parseRoom(value: unknown): Room | undefined {
  if (!isRecord(value)) return undefined;
  const id = parseId(value['id']);
  if (id === undefined) return undefined;
  return {
    id,
    title: (textOf(value['title'], MAX_TITLE_UNITS) ?? '').trim() || id,
    description: (textOf(value['description'], MAX_DESCRIPTION_UNITS) ?? '').trim(),
    visibility: value['visibility'] === 'private' ? 'private' : 'public',
    admission: value['admission'] === 'invite-only' ? 'invite-only' : 'open',
    hasPassword: value['has_password'] === true,
    guestLimit: countOf(value['guest_limit'], MAX_LIMIT) ?? null,
    owner: parseOwner(value['owner']),
    created: textOf(value['created'], MAX_ID_UNITS) ?? '',
    active: textOf(value['active'], MAX_ID_UNITS) ?? '',
    members: parseNames(value['members']),
    mine: value['mine'] === true,
    key: parseId(value['key']),
  };
}

export function parseRooms(value: unknown): Room[] | undefined {
  return listOf(value, MAX_ROOMS, parseRoom);
}

export function parseOccupancy(value: unknown): Occupancy[] | undefined {
  return listOf(value, MAX_ROOMS, (entry) => {
    const id = isRecord(entry) ? parseId(entry['id']) : undefined;
    return isRecord(entry) && id !== undefined ? { id, members: parseNames(entry['members']) } : undefined;
  });
}

export function parseMembers(value: unknown): Member[] | undefined {
  return listOf(value, MAX_MEMBERS, (entry) => {
    if (!isRecord(entry)) return undefined;
    const [id, name] = [parseId(entry['id']), textOf(entry['name'], MAX_NAME_UNITS)];
    if (id === undefined || name === undefined) return undefined;
    return { id, name, audio: entry['audio'] === true, video: entry['video'] === true, screen: entry['screen'] === true };
  });
}

function parseOwner(value: unknown): Room['owner'] {
  if (!isRecord(value)) return undefined;
  const id = typeof value['id'] === 'number' ? String(value['id']) : parseId(value['id']);
  return id === undefined ? undefined : { id, fullName: textOf(value['full_name'], MAX_NAME_UNITS) ?? '' };
}

function parseNames(value: unknown): string[] {
  return listOf(value, MAX_MEMBERS, (name) => textOf(name, MAX_NAME_UNITS)) ?? [];
}
