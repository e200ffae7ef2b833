/** Rooms: who may make, see, change, remove and enter them. Who is inside is known elsewhere. */
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { RandomSource } from '../../shared/sip/timing/random.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { fullName } from '../accounts/accounts.ts';
import { guarded, Guesses } from '../passwords/guesses.ts';
import type { Passwords } from '../passwords/passwords.ts';
import { newId } from '../store/new-id.ts';
import type { Room, Store } from '../store/store.ts';
import { Activity } from './activity.ts';
import { inviteOnly, notYours, titleTaken, tooManyRooms, unknownRoom, wrongPassword } from './refusals.ts';
import type { RoomChange, RoomListQuery, RoomRequest } from './requests.ts';
import { sameSecret } from './same-secret.ts';

const MAX_ROOMS_PER_ACCOUNT = 100;

/** Wrong passwords for one room by one person, and by all. */
const GUESSES_PER_PERSON = { burst: 5, perMinute: 2 };
const GUESSES_PER_ROOM = { burst: 100, perMinute: 20 };

/** Who asks; undefined for somebody without an account. */
export interface Asker {
  readonly id: string;
  readonly operator: boolean;
}

/** A room as somebody sees it. */
export interface RoomView {
  id: string;
  title: string;
  description: string;
  visibility: Room['visibility'];
  admission: Room['admission'];
  has_password: boolean;
  guest_limit: number | null;
  owner: { id: string; full_name: string };
  created: string;
  active: string;
  members: readonly string[];
  mine: boolean;
  /** For the owner alone. */
  key?: string;
}

export interface RoomEvent {
  readonly what: 'created' | 'edited' | 'deleted';
  readonly id: string;
}

/** Somebody who wants to enter, and what he shows. */
export interface Entry {
  readonly id: string;
  readonly key?: string | undefined;
  readonly password?: string | undefined;
  readonly account?: Pick<Asker, 'id'> | undefined;
  /** From where he comes; wrong passwords of those without an account are counted by it. */
  readonly address?: string | undefined;
}

export interface RoomsOptions {
  store: Pick<Store, 'rooms'>;
  passwords: Passwords;
  /** Names of those inside a room. */
  occupancy: (id: string) => readonly string[];
  clock: Clock;
  /** Milliseconds since 1970. */
  wallClock: () => number;
  random: RandomSource;
  log: Logger;
}

export class Rooms {
  readonly #options: RoomsOptions;
  readonly #activity: Activity;
  readonly #byPerson: Guesses;
  readonly #byRoom: Guesses;
  readonly #listeners = new Set<(event: RoomEvent) => void>();

  constructor(options: RoomsOptions) {
    this.#options = options;
    this.#activity = new Activity({ rooms: options.store.rooms, wallClock: options.wallClock, log: options.log });
    this.#byPerson = new Guesses(options.clock, GUESSES_PER_PERSON);
    this.#byRoom = new Guesses(options.clock, GUESSES_PER_ROOM);
  }

  /** Calls `listener` after each change of the list. */
  onChanged(listener: (event: RoomEvent) => void): void {
    this.#listeners.add(listener);
  }

  /** @throws ApiError 409 `title-taken`, 429 `too-many-rooms`, 503 */
  async create(owner: Asker, { title, description = '', visibility = 'public', admission = 'open', password, guest_limit: guestLimit }: RoomRequest): Promise<RoomView> {
    const { store, random, wallClock } = this.#options;
    const room = {
      id: newId(random),
      key: newId(random),
      ownerId: owner.id,
      createdMs: wallClock(),
      title,
      description,
      visibility,
      admission,
      passwordHash: await this.#hashOf(password),
      guestLimit: guestLimit ?? undefined,
    };
    const outcome = await store.rooms.add(room, MAX_ROOMS_PER_ACCOUNT);
    if (outcome === 'title-taken') throw titleTaken(title);
    if (outcome === 'too-many') throw tooManyRooms(MAX_ROOMS_PER_ACCOUNT);
    this.#tell({ what: 'created', id: room.id });
    return this.view(room.id, owner);
  }

  /** What `asker` may see of the rooms: public ones and his own; operators see all. */
  async list({ search, order, limit, offset }: RoomListQuery, asker: Asker | undefined): Promise<RoomView[]> {
    const { store, occupancy } = this.#options;
    const first = order === 'active' ? [...this.#activity.seen].filter((id) => occupancy(id).length > 0) : [];
    const rooms = await store.rooms.list({ search, order, first, limit, offset, accountId: asker?.id, everything: asker?.operator ?? false });
    return rooms.map((room) => this.#view(room, asker));
  }

  /** Whoever knows the id may see the room. @throws ApiError 404 `unknown-room` */
  async view(id: string, asker: Asker | undefined): Promise<RoomView> {
    return this.#view(await this.#find(id), asker);
  }

  /** Those of `ids` that everybody may know. */
  async publicOnes(ids: readonly string[]): Promise<string[]> {
    const rooms = await Promise.all(ids.map((id) => this.#options.store.rooms.get(id)));
    return rooms.flatMap((room) => (room?.visibility === 'public' ? [room.id] : []));
  }

  /** @throws ApiError 403 `not-yours`, 404 `unknown-room`, 409 `title-taken`, 503 */
  async edit(id: string, asker: Asker, changes: RoomChange): Promise<RoomView> {
    const room = await this.#find(id);
    if (room.ownerId !== asker.id) throw notYours();
    const { password, guest_limit: guestLimit, ...others } = changes;
    const outcome = await this.#options.store.rooms.change(id, {
      ...others,
      ...(password === undefined ? {} : { passwordHash: await this.#hashOf(password) }),
      ...(guestLimit === undefined ? {} : { guestLimit: guestLimit ?? undefined }),
    });
    if (outcome === 'title-taken') throw titleTaken(others.title ?? room.title);
    if (outcome === 'unknown') throw unknownRoom();
    this.#tell({ what: 'edited', id });
    return this.view(id, asker);
  }

  /** @throws ApiError 403 `not-yours`, 404 `unknown-room` */
  async remove(id: string, asker: Asker): Promise<void> {
    const room = await this.#find(id);
    if (room.ownerId !== asker.id && !asker.operator) throw notYours();
    if (!(await this.#options.store.rooms.remove(id))) throw unknownRoom();
    this.#activity.forget(id);
    this.#tell({ what: 'deleted', id });
  }

  /**
   * The room, when he may enter it as far as its rules go; how many are inside is not looked at. Its owner always may.
   * @throws ApiError 404 `unknown-room`, 403 `invite-only` or `wrong-password`, 429 after too many wrong passwords, 503
   */
  async admit({ id, key, password, account, address }: Entry): Promise<Room> {
    const room = await this.#find(id);
    if (account?.id === room.ownerId) return room;
    if (room.admission === 'invite-only' && !sameSecret(key, room.key)) throw inviteOnly();
    const { passwordHash } = room;
    if (passwordHash === undefined) return room;
    if (password === undefined || password === '') throw wrongPassword('This room has a password.');
    const person = `${id} ${account?.id ?? address ?? ''}`;
    const normalized = password.normalize('NFC');
    const right = await guarded([[this.#byPerson, person], [this.#byRoom, id]], () => this.#options.passwords.matches(normalized, passwordHash));
    if (!right) throw wrongPassword('This is not the room’s password.');
    return room;
  }

  /** Somebody is inside, comes or goes: the room is active now. To be called as often as one likes. */
  touch(id: string): void {
    this.#activity.touch(id);
  }

  async #find(id: string): Promise<Room> {
    const room = await this.#options.store.rooms.get(id);
    if (room === undefined) throw unknownRoom();
    return room;
  }

  async #hashOf(password: string | null | undefined): Promise<string | undefined> {
    return typeof password === 'string' ? this.#options.passwords.hash(password) : undefined;
  }

  #view(room: Room, asker: Asker | undefined): RoomView {
    const { occupancy, wallClock } = this.#options;
    const members = occupancy(room.id);
    const mine = room.ownerId === asker?.id;
    return {
      id: room.id,
      title: room.title,
      description: room.description,
      visibility: room.visibility,
      admission: room.admission,
      has_password: room.passwordHash !== undefined,
      guest_limit: room.guestLimit ?? null,
      owner: { id: room.owner.id, full_name: fullName(room.owner) },
      created: new Date(room.createdMs).toISOString(),
      active: new Date(members.length > 0 ? wallClock() : room.activeMs).toISOString(),
      members,
      mine,
      ...(mine ? { key: room.key } : {}),
    };
  }

  #tell(event: RoomEvent): void {
    for (const listener of this.#listeners) listener(event);
  }
}
