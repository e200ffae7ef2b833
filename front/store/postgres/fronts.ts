/** What fronts know of each other, as rows; every time is the server's own, so that no front's clock matters. */
import { GONE_AFTER_MS, NAMES_KEPT_MS } from '../../cluster/shared-state.ts';
import type { FrontEntry, NameEntry, Pulse, SharedState, TakenOver } from '../../cluster/shared-state.ts';
import type { Connection } from './connection.ts';

/** Signs of life come each second: whoever was heard so lately has also been heard by others, so that nobody is forgotten who could not be heard. */
const REGULAR_MS = 3_000;

const SILENT_MS = 'extract(epoch FROM clock_timestamp() - seen) * 1000';

const ANNOUNCE = { name: 'front-announce', text: 'INSERT INTO fronts (id, address, seen) VALUES ($1, $2, clock_timestamp()) ON CONFLICT (id) DO UPDATE SET address = $2, seen = clock_timestamp(), gone = false' };
const PULSE = {
  name: 'front-pulse',
  text: `WITH before AS (SELECT id, ${SILENT_MS} AS silent_ms FROM fronts WHERE id = $1 FOR UPDATE)
     UPDATE fronts SET seen = clock_timestamp() FROM before WHERE fronts.id = before.id AND NOT gone RETURNING before.silent_ms::float8 AS silent_ms`,
};
const ALL = { name: 'front-all', text: `SELECT id, address, gone, (${SILENT_MS})::float8 AS silent_ms, (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS now_ms FROM fronts` };
const FORGET = { name: 'front-forget', text: `DELETE FROM fronts WHERE ${SILENT_MS} > $1` };
const FORGET_NAMES = { name: 'name-forget', text: 'DELETE FROM names WHERE NOT EXISTS (SELECT FROM fronts WHERE fronts.id = names.front)' };
const GONE = { name: 'front-gone', text: 'UPDATE fronts SET gone = true WHERE id = $1' };
const CLAIM = {
  name: 'name-claim',
  text: `INSERT INTO names (name, secret, front, account, operator) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT (name) DO UPDATE SET secret = $2, front = $3, account = $4, operator = $5
       WHERE (names.secret = $2 AND names.front = ANY ($6::text[])) OR NOT EXISTS (SELECT FROM fronts WHERE fronts.id = names.front AND ${SILENT_MS} <= $7)`,
};
const TAKE = {
  name: 'name-take',
  text: `UPDATE names SET front = $3 FROM (SELECT name, front FROM names WHERE name = $1 FOR UPDATE) AS before
     WHERE names.name = before.name AND names.secret = $2
       AND (before.front = $3 OR NOT EXISTS (SELECT FROM fronts WHERE fronts.id = before.front AND NOT gone AND ${SILENT_MS} < $4))
     RETURNING before.front AS former, names.account, names.operator`,
};
const HOLDER = { name: 'name-holder', text: 'SELECT front FROM names WHERE name = $1 AND secret = $2' };
const RELEASE = { name: 'name-release', text: 'DELETE FROM names WHERE name = $1 AND secret = $2 AND front = $3' };

interface FrontRow {
  id: string;
  address: string;
  gone: boolean;
  silent_ms: number;
  now_ms: number;
}

interface TakenRow {
  former: string;
  account: string | null;
  operator: boolean;
}

export class PostgresFronts implements SharedState {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async announce({ id, address }: { readonly id: string; readonly address: string }): Promise<void> {
    await this.#connection.ask(ANNOUNCE, [id, address]);
  }

  async pulse(id: string): Promise<Pulse> {
    const { rows: [own] } = await this.#connection.ask<{ silent_ms: number }>(PULSE, [id]);
    if (own !== undefined && own.silent_ms < REGULAR_MS) {
      const { count } = await this.#connection.ask(FORGET, [NAMES_KEPT_MS]);
      if (count > 0) await this.#connection.ask(FORGET_NAMES, []);
    }
    const { rows } = await this.#connection.ask<FrontRow>(ALL, []);
    return { counted: own !== undefined, fronts: rows.map(entryOf), nowMs: rows[0]?.now_ms ?? Date.now() };
  }

  async gone(id: string): Promise<void> {
    await this.#connection.ask(GONE, [id]);
  }

  async claim({ name, secret, account }: NameEntry, front: string, formerIds: readonly string[] = []): Promise<boolean> {
    const values = [name, secret, front, account?.id ?? null, account?.operator ?? false, [front, ...formerIds], NAMES_KEPT_MS];
    return (await this.#connection.ask(CLAIM, values)).count === 1;
  }

  async takeOver(name: string, secret: string, front: string): Promise<TakenOver> {
    const { rows: [taken] } = await this.#connection.ask<TakenRow>(TAKE, [name, secret, front, GONE_AFTER_MS]);
    if (taken !== undefined) {
      // It may have been slow and no more: it is to learn that it has lost something.
      if (taken.former !== front) await this.gone(taken.former);
      return { at: 'here', account: taken.account === null ? undefined : { id: taken.account, operator: taken.operator } };
    }
    const holder = await this.#connection.find<{ front: string }>(HOLDER, [name, secret]);
    return holder === undefined ? { at: 'nowhere' } : { at: 'front', front: holder.front };
  }

  async release(name: string, secret: string, front: string): Promise<void> {
    await this.#connection.ask(RELEASE, [name, secret, front]);
  }
}

function entryOf({ id, address, gone, silent_ms: silentMs }: FrontRow): FrontEntry {
  return { id, address, gone, silentMs };
}
