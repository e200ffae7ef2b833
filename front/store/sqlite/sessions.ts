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

export class SqliteSessions implements SessionTable {
  readonly #connection: Connection;
  readonly #insert;
  readonly #removeExpired;
  readonly #removeOldest;
  readonly #byId;
  readonly #rotate;
  readonly #delete;
  readonly #deleteOthers;

  constructor(connection: Connection) {
    const { database } = connection;
    this.#connection = connection;
    this.#insert = database.prepare('INSERT INTO sessions VALUES (:id, :accountId, :generation, :rotatedMs, :expiresMs)');
    this.#removeExpired = database.prepare('DELETE FROM sessions WHERE expires_ms <= :nowMs');
    this.#removeOldest = database.prepare(
      `DELETE FROM sessions WHERE id IN
         (SELECT id FROM sessions WHERE account_id = :accountId ORDER BY rotated_ms DESC, rowid DESC LIMIT -1 OFFSET :maxPerAccount)`,
    );
    this.#byId = database.prepare('SELECT * FROM sessions WHERE id = :id');
    this.#rotate = database.prepare(
      `UPDATE sessions SET generation = generation + 1, rotated_ms = :nowMs, expires_ms = :expiresMs
         WHERE id = :id AND generation = :generation AND expires_ms > :nowMs`,
    );
    this.#delete = database.prepare('DELETE FROM sessions WHERE id = :id');
    this.#deleteOthers = database.prepare('DELETE FROM sessions WHERE account_id = :accountId AND id <> :keptId');
  }

  add(session: Session, { nowMs, maxPerAccount }: { nowMs: number; maxPerAccount: number }): Promise<void> {
    const change = this.#connection.database.transaction(() => {
      this.#removeExpired.run({ nowMs });
      this.#insert.run({ ...session });
      this.#removeOldest.run({ accountId: session.accountId, maxPerAccount });
    });
    return this.#connection.answer(() => change.immediate());
  }

  get(id: string): Promise<Session | undefined> {
    return this.#connection.answer(() => sessionOf(this.#byId.get({ id })));
  }

  rotate(id: string, generation: number, { nowMs, expiresMs }: { nowMs: number; expiresMs: number }): Promise<boolean> {
    return this.#connection.answer(() => this.#rotate.run({ id, generation, nowMs, expiresMs }).changes === 1);
  }

  remove(id: string): Promise<void> {
    return this.#connection.answer(() => void this.#delete.run({ id }));
  }

  removeOthers(accountId: string, keptId: string): Promise<void> {
    return this.#connection.answer(() => void this.#deleteOthers.run({ accountId, keptId }));
  }
}

function sessionOf(found: unknown): Session | undefined {
  if (found === undefined) return undefined;
  const row = found as SessionRow;
  return { id: row.id, accountId: row.account_id, generation: row.generation, rotatedMs: row.rotated_ms, expiresMs: row.expires_ms };
}
