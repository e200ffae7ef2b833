/** Who is signed in, as rows. */
import type { Session, SessionTable } from '../store.ts';
import type { Connection } from './connection.ts';

interface SessionRow {
  id: string;
  account_id: string;
  generation: number;
  rotated_ms: number;
  expires_ms: number;
}

const COLUMNS = 'id, account_id, generation, rotated_ms, expires_ms';

/** Of many who sign in to one account at once, one after the other: else each would leave the others' sessions out of its count. */
const LOCK_ACCOUNT = { name: 'session-lock-account', text: 'SELECT 1 FROM accounts WHERE id = $1 FOR NO KEY UPDATE' };
/** Those that another front removes at this moment are left to it. */
const REMOVE_EXPIRED = {
  name: 'session-remove-expired',
  text: 'DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE expires_ms <= $1 FOR UPDATE SKIP LOCKED)',
};
const INSERT = { name: 'session-insert', text: `INSERT INTO sessions (${COLUMNS}) VALUES ($1, $2, $3, $4, $5)` };
const REMOVE_OLDEST = {
  name: 'session-remove-oldest',
  text: 'DELETE FROM sessions WHERE id IN (SELECT id FROM sessions WHERE account_id = $1 ORDER BY rotated_ms DESC, added DESC OFFSET $2)',
};
const BY_ID = { name: 'session-by-id', text: `SELECT ${COLUMNS} FROM sessions WHERE id = $1` };
const ROTATE = {
  name: 'session-rotate',
  text: 'UPDATE sessions SET generation = generation + 1, rotated_ms = $3, expires_ms = $4 WHERE id = $1 AND generation = $2 AND expires_ms > $3',
};
const DELETE = { name: 'session-delete', text: 'DELETE FROM sessions WHERE id = $1' };
const DELETE_OTHERS = { name: 'session-delete-others', text: 'DELETE FROM sessions WHERE account_id = $1 AND id <> $2' };

export class PostgresSessions implements SessionTable {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async add({ id, accountId, generation, rotatedMs, expiresMs }: Session, { nowMs, maxPerAccount }: { nowMs: number; maxPerAccount: number }): Promise<void> {
    await this.#connection.transaction(async (ask) => {
      await ask(LOCK_ACCOUNT, [accountId]);
      await ask(REMOVE_EXPIRED, [nowMs]);
      await ask(INSERT, [id, accountId, generation, rotatedMs, expiresMs]);
      await ask(REMOVE_OLDEST, [accountId, maxPerAccount]);
    });
  }

  async get(id: string): Promise<Session | undefined> {
    const row = await this.#connection.find<SessionRow>(BY_ID, [id]);
    return row && { id: row.id, accountId: row.account_id, generation: row.generation, rotatedMs: row.rotated_ms, expiresMs: row.expires_ms };
  }

  async rotate(id: string, generation: number, { nowMs, expiresMs }: { nowMs: number; expiresMs: number }): Promise<boolean> {
    const { count } = await this.#connection.ask(ROTATE, [id, generation, nowMs, expiresMs]);
    return count === 1;
  }

  async remove(id: string): Promise<void> {
    await this.#connection.ask(DELETE, [id]);
  }

  async removeOthers(accountId: string, keptId: string): Promise<void> {
    await this.#connection.ask(DELETE_OTHERS, [accountId, keptId]);
  }
}
