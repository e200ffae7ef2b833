/** Rooms as rows, with their owners' names. */
import { fold } from '../fold.ts';
import type { Admission, NewRoom, Room, RoomQuery, RoomRules, RoomTable, Visibility } from '../store.ts';
import { isTaken } from './connection.ts';
import type { Connection } from './connection.ts';

interface RoomRow {
  id: string;
  key: string;
  owner_id: string;
  title: string;
  description: string;
  visibility: Visibility;
  admission: Admission;
  password_hash: string | null;
  guest_limit: number | null;
  created_ms: number;
  active_ms: number;
  first_name: string;
  last_name: string;
}

const SELECT = 'SELECT rooms.*, accounts.first_name, accounts.last_name FROM rooms JOIN accounts ON accounts.id = rooms.owner_id';

/** instr, unlike LIKE, has no character with a meaning of its own. */
const LISTED = `WHERE (visibility = 'public' OR owner_id = :accountId OR :everything) AND instr(folded_title, :search) > 0`;

const ORDERS: Readonly<Record<RoomQuery['order'], string>> = {
  newest: 'ORDER BY rooms.created_ms DESC, rooms.rowid DESC',
  active: 'ORDER BY rooms.id IN (SELECT value FROM json_each(:first)) DESC, rooms.active_ms DESC, rooms.rowid DESC',
};

export class SqliteRooms implements RoomTable {
  readonly #connection: Connection;
  readonly #insert;
  readonly #countOf;
  readonly #byId;
  readonly #lists;
  readonly #update;
  readonly #delete;
  readonly #touch;

  constructor(connection: Connection) {
    const { database } = connection;
    this.#connection = connection;
    this.#insert = database.prepare(
      `INSERT INTO rooms VALUES (:id, :key, :ownerId, :title, :foldedTitle, :description, :visibility, :admission, :passwordHash, :guestLimit,
         :createdMs, :createdMs)`,
    );
    this.#countOf = database.prepare('SELECT count(*) AS rooms FROM rooms WHERE owner_id = :ownerId');
    this.#byId = database.prepare(`${SELECT} WHERE rooms.id = :id`);
    const list = (order: RoomQuery['order']) => database.prepare(`${SELECT} ${LISTED} ${ORDERS[order]} LIMIT :limit OFFSET :offset`);
    this.#lists = { newest: list('newest'), active: list('active') };
    this.#update = database.prepare(
      `UPDATE rooms SET title = :title, folded_title = :foldedTitle, description = :description, visibility = :visibility, admission = :admission,
         password_hash = :passwordHash, guest_limit = :guestLimit WHERE id = :id`,
    );
    this.#delete = database.prepare('DELETE FROM rooms WHERE id = :id');
    this.#touch = database.prepare('UPDATE rooms SET active_ms = max(active_ms, :activeMs) WHERE id = :id');
  }

  add(room: NewRoom, maxPerOwner: number): Promise<'added' | 'title-taken' | 'too-many'> {
    return this.#unlessTaken(() => {
      const { rooms } = this.#countOf.get({ ownerId: room.ownerId }) as { rooms: number };
      if (rooms >= maxPerOwner) return 'too-many';
      const { id, key, ownerId, createdMs } = room;
      this.#insert.run({ id, key, ownerId, createdMs, ...columnsOf(room) });
      return 'added';
    });
  }

  get(id: string): Promise<Room | undefined> {
    return this.#connection.answer(() => this.#find(id));
  }

  list({ search, order, first, accountId, everything, limit, offset }: RoomQuery): Promise<Room[]> {
    return this.#connection.answer(() => {
      const bound = { accountId: accountId ?? null, everything: Number(everything), search: fold(search), limit, offset };
      const rows = this.#lists[order].all(order === 'active' ? { ...bound, first: JSON.stringify(first) } : bound);
      return (rows as RoomRow[]).map(roomOf);
    });
  }

  change(id: string, changes: Partial<RoomRules>): Promise<'changed' | 'title-taken' | 'unknown'> {
    return this.#unlessTaken(() => {
      const known = this.#find(id);
      if (known === undefined) return 'unknown';
      this.#update.run({ id, ...columnsOf({ ...known, ...changes }) });
      return 'changed';
    });
  }

  remove(id: string): Promise<boolean> {
    return this.#connection.answer(() => this.#delete.run({ id }).changes === 1);
  }

  touch(id: string, activeMs: number): Promise<void> {
    return this.#connection.answer(() => void this.#touch.run({ id, activeMs }));
  }

  #find(id: string): Room | undefined {
    const found = this.#byId.get({ id }) as RoomRow | undefined;
    return found && roomOf(found);
  }

  /** Runs `work` as one transaction; a title that another room has undoes it. */
  #unlessTaken<Outcome extends string>(work: () => Outcome): Promise<Outcome | 'title-taken'> {
    return this.#connection.answer(() => {
      try {
        return this.#connection.database.transaction(work).immediate();
      } catch (error) {
        if (isTaken(error)) return 'title-taken';
        throw error;
      }
    });
  }
}

function columnsOf({ title, description, visibility, admission, passwordHash, guestLimit }: RoomRules) {
  return { title, foldedTitle: fold(title), description, visibility, admission, passwordHash: passwordHash ?? null, guestLimit: guestLimit ?? null };
}

function roomOf(row: RoomRow): Room {
  return {
    id: row.id,
    key: row.key,
    ownerId: row.owner_id,
    owner: { id: row.owner_id, firstName: row.first_name, lastName: row.last_name },
    title: row.title,
    description: row.description,
    visibility: row.visibility,
    admission: row.admission,
    passwordHash: row.password_hash ?? undefined,
    guestLimit: row.guest_limit ?? undefined,
    createdMs: row.created_ms,
    activeMs: row.active_ms,
  };
}
