/** Rooms as rows, with their owners' names. */
import { fold } from '../fold.ts';
import type { Admission, NewRoom, Room, RoomQuery, RoomRules, RoomTable, Visibility } from '../store.ts';
import { holdsNull } from './connection.ts';
import type { Connection } from './connection.ts';
import { isTaken } from './faults.ts';

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

const SELECT = `SELECT rooms.id, key, owner_id, title, description, visibility, admission, rooms.password_hash, guest_limit, rooms.created_ms, active_ms,
    first_name, last_name FROM rooms JOIN accounts ON accounts.id = rooms.owner_id`;

/** strpos, unlike LIKE, has no character with a meaning of its own. */
const LISTED = `WHERE (visibility = 'public' OR owner_id = $1 OR $2) AND strpos(folded_title, $3) > 0`;

const LISTS: Readonly<Record<RoomQuery['order'], { name: string; text: string }>> = {
  newest: { name: 'rooms-newest', text: `${SELECT} ${LISTED} ORDER BY rooms.created_ms DESC, rooms.added DESC LIMIT $4 OFFSET $5` },
  active: { name: 'rooms-active', text: `${SELECT} ${LISTED} ORDER BY rooms.id = ANY ($6) DESC, rooms.active_ms DESC, rooms.added DESC LIMIT $4 OFFSET $5` },
};

const BY_ID = { name: 'room-by-id', text: `${SELECT} WHERE rooms.id = $1` };
/** Of many who make rooms for one owner at once, one after the other: else each would count without the others' rooms. */
const LOCK_OWNER = { name: 'room-lock-owner', text: 'SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE' };
const COUNT_OF = { name: 'room-count', text: 'SELECT count(*) AS rooms FROM rooms WHERE owner_id = $1' };
const INSERT = {
  name: 'room-insert',
  text: `INSERT INTO rooms (id, key, owner_id, created_ms, active_ms, title, folded_title, description, visibility, admission, password_hash, guest_limit)
     VALUES ($1, $2, $3, $4, $4, $5, $6, $7, $8, $9, $10, $11)`,
};
/** What is null stays as it is; password and limit, which may be taken away, are told apart by a word beside them. */
const UPDATE = {
  name: 'room-update',
  text: `UPDATE rooms SET title = coalesce($2, title), folded_title = coalesce($3, folded_title), description = coalesce($4, description),
       visibility = coalesce($5, visibility), admission = coalesce($6, admission),
       password_hash = CASE WHEN $7 THEN $8 ELSE password_hash END, guest_limit = CASE WHEN $9 THEN $10 ELSE guest_limit END
     WHERE id = $1`,
};
const DELETE = { name: 'room-delete', text: 'DELETE FROM rooms WHERE id = $1' };
const TOUCH = { name: 'room-touch', text: 'UPDATE rooms SET active_ms = $2 WHERE id = $1 AND active_ms < $2' };

export class PostgresRooms implements RoomTable {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  add(room: NewRoom, maxPerOwner: number): Promise<'added' | 'title-taken' | 'too-many'> {
    const { id, key, ownerId, createdMs, title, description, visibility, admission, passwordHash = null, guestLimit = null } = room;
    return unlessTaken(
      this.#connection.transaction(async (ask) => {
        await ask(LOCK_OWNER, [ownerId]);
        const { rows: [counted] } = await ask<{ rooms: number }>(COUNT_OF, [ownerId]);
        if (counted === undefined || counted.rooms >= maxPerOwner) return 'too-many';
        await ask(INSERT, [id, key, ownerId, createdMs, title, fold(title), description, visibility, admission, passwordHash, guestLimit]);
        return 'added';
      }),
    );
  }

  async get(id: string): Promise<Room | undefined> {
    const row = await this.#connection.find<RoomRow>(BY_ID, [id]);
    return row && roomOf(row);
  }

  async list({ search, order, first, accountId, everything, limit, offset }: RoomQuery): Promise<Room[]> {
    const values = [accountId ?? null, everything, fold(search), limit, offset];
    const rows = await this.#connection.rows<RoomRow>(LISTS[order], order === 'active' ? [...values, first.filter((id) => !holdsNull(id))] : values);
    return rows.map(roomOf);
  }

  change(id: string, changes: Partial<RoomRules>): Promise<'changed' | 'title-taken' | 'unknown'> {
    const { title, description = null, visibility = null, admission = null, passwordHash = null, guestLimit = null } = changes;
    const names = title === undefined ? [null, null] : [title, fold(title)];
    const values = [id, ...names, description, visibility, admission, 'passwordHash' in changes, passwordHash, 'guestLimit' in changes, guestLimit];
    return unlessTaken(this.#connection.ask(UPDATE, values).then(({ count }) => (count === 1 ? 'changed' : 'unknown')));
  }

  async remove(id: string): Promise<boolean> {
    const { count } = await this.#connection.ask(DELETE, [id]);
    return count === 1;
  }

  async touch(id: string, activeMs: number): Promise<void> {
    await this.#connection.ask(TOUCH, [id, activeMs]);
  }
}

/** A title that another room has undoes the change. */
async function unlessTaken<Outcome extends string>(outcome: Promise<Outcome>): Promise<Outcome | 'title-taken'> {
  try {
    return await outcome;
  } catch (error) {
    if (isTaken(error)) return 'title-taken';
    throw error;
  }
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
