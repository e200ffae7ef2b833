/** front's interface of rooms, and of the calls that an operator may end. */
import { FailureError } from './failure.ts';
import { countOf, isRecord, listOf, textOf } from './fields.ts';
import { Http, type HttpOptions } from './http.ts';
import { MAX_NAME_UNITS } from './person.ts';
import { parseId, parseRoom, parseRooms, type Room } from './room.ts';

export type RoomOrder = 'newest' | 'active';

/** What its owner decides about a room. `password`: null takes it away, undefined leaves it as it is. */
export interface RoomPlan {
  readonly title: string;
  readonly description: string;
  readonly visibility: Room['visibility'];
  readonly admission: Room['admission'];
  readonly password: string | null | undefined;
  readonly guestLimit: number | null;
}

/** A call between two that goes through front. */
export interface CallEntry {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** RFC 3339. */
  readonly since: string;
}

const MAX_CALLS = 2_000;
const MAX_OFFSET = 1_000_000;

/** Rooms in one answer, at most. */
export const PAGE_OF_ROOMS = 100;

export interface RoomQuery {
  /** Words of the title; empty for all. */
  readonly search: string;
  readonly order: RoomOrder;
  /** So many at most. */
  readonly most: number;
  readonly bearer: string | undefined;
  readonly signal?: AbortSignal;
}

export interface FoundRooms {
  readonly rooms: readonly Room[];
  /** Whether there are more than was asked for. */
  readonly hasMore: boolean;
}

export class RoomsApi {
  readonly #http: Http;

  constructor(options: HttpOptions) {
    this.#http = new Http(options);
  }

  /** Public rooms, and one's own with a token; all of them with an operator's. @throws FailureError */
  async list({ search, order, most, bearer, signal }: RoomQuery): Promise<FoundRooms> {
    const found = new Map<string, Room>();
    for (let offset = 0; offset < most; ) {
      const query = new URLSearchParams({ ...(search !== '' && { search }), order, limit: String(PAGE_OF_ROOMS), offset: String(offset) });
      const answer = await this.#http.ask(`/rooms/?${query.toString()}`, { method: 'GET', bearer, signal });
      const rooms = parseRooms(answer['rooms']);
      if (!rooms) throw new FailureError({ id: 'unexpected', detail: 'The answer holds no list of rooms.' });
      // What moved down between two answers is in both.
      for (const room of rooms) found.set(room.id, room);
      const next = countOf(answer['next'], MAX_OFFSET);
      if (next === undefined || next <= offset) return { rooms: [...found.values()], hasMore: false };
      offset = next;
    }
    return { rooms: [...found.values()], hasMore: true };
  }

  /** @throws FailureError `unknown-room` and others */
  async get(id: string, bearer: string | undefined): Promise<Room> {
    return readRoom(await this.#http.ask(address(id), { method: 'GET', bearer }));
  }

  /** @throws FailureError `title-taken`, `too-many-rooms` and others */
  async create(plan: RoomPlan, bearer: string): Promise<Room> {
    return readRoom(await this.#http.ask('/rooms/', { body: asJson(plan), bearer }));
  }

  /** @throws FailureError `not-yours`, `unknown-room`, `title-taken` and others */
  async change(id: string, plan: RoomPlan, bearer: string): Promise<Room> {
    return readRoom(await this.#http.ask(address(id), { method: 'PATCH', body: asJson(plan), bearer }));
  }

  /** Whoever is inside is shown out. @throws FailureError `not-yours`, `unknown-room` and others */
  async remove(id: string, bearer: string): Promise<void> {
    await this.#http.ask(address(id), { method: 'DELETE', bearer });
  }

  /** @throws FailureError */
  async calls(bearer: string): Promise<CallEntry[]> {
    return listOf((await this.#http.ask('/calls/', { method: 'GET', bearer }))['calls'], MAX_CALLS, parseCall) ?? [];
  }

  /** @throws FailureError */
  async endCall(id: string, bearer: string): Promise<void> {
    await this.#http.ask(`/calls/${encodeURIComponent(id)}/`, { method: 'DELETE', bearer });
  }
}

function address(id: string): string {
  return `/rooms/${encodeURIComponent(id)}/`;
}

function asJson({ title, description, visibility, admission, password, guestLimit }: RoomPlan): object {
  return { title, description, visibility, admission, ...(password !== undefined && { password }), guest_limit: guestLimit };
}

function readRoom(answer: Record<string, unknown>): Room {
  const room = parseRoom(answer);
  if (!room) throw new FailureError({ id: 'unexpected', detail: 'The answer holds no room.' });
  return room;
}

function parseCall(value: unknown): CallEntry | undefined {
  if (!isRecord(value)) return undefined;
  const id = parseId(value['id']);
  const [from, to] = [textOf(value['from'], MAX_NAME_UNITS), textOf(value['to'], MAX_NAME_UNITS)];
  return id === undefined || from === undefined || to === undefined ? undefined : { id, from, to, since: parseId(value['since']) ?? '' };
}
