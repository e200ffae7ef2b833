/** The tables, step by step: `schema_steps` says which of these steps the database has seen. A step that was released is never changed. */
import type { PoolClient } from 'pg';
import { StoreOpenError } from '../store.ts';

/** Sorted by code point and compared byte by byte, wherever the database was made. */
const TEXT = 'TEXT COLLATE "C"';

const STEPS: readonly string[] = [
  `CREATE TABLE accounts (
     id ${TEXT} PRIMARY KEY,
     email ${TEXT} NOT NULL UNIQUE,
     first_name ${TEXT} NOT NULL,
     last_name ${TEXT} NOT NULL,
     password_hash ${TEXT} NOT NULL,
     created_ms BIGINT NOT NULL
   );
   CREATE TABLE sessions (
     id ${TEXT} PRIMARY KEY,
     account_id ${TEXT} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
     generation BIGINT NOT NULL,
     rotated_ms BIGINT NOT NULL,
     expires_ms BIGINT NOT NULL,
     added BIGINT GENERATED ALWAYS AS IDENTITY
   );
   CREATE INDEX sessions_of_account ON sessions (account_id, rotated_ms);
   CREATE INDEX sessions_by_expiry ON sessions (expires_ms);
   CREATE TABLE rooms (
     id ${TEXT} PRIMARY KEY,
     key ${TEXT} NOT NULL,
     owner_id ${TEXT} NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
     title ${TEXT} NOT NULL,
     folded_title ${TEXT} NOT NULL UNIQUE,
     description ${TEXT} NOT NULL,
     visibility ${TEXT} NOT NULL CHECK (visibility IN ('public', 'private')),
     admission ${TEXT} NOT NULL CHECK (admission IN ('open', 'invite-only')),
     password_hash ${TEXT},
     guest_limit BIGINT,
     created_ms BIGINT NOT NULL,
     active_ms BIGINT NOT NULL,
     added BIGINT GENERATED ALWAYS AS IDENTITY
   );
   CREATE INDEX rooms_of_owner ON rooms (owner_id);
   CREATE INDEX rooms_by_creation ON rooms (created_ms, added);
   CREATE INDEX rooms_by_activity ON rooms (active_ms, added);
   CREATE TABLE keys (
     purpose ${TEXT} PRIMARY KEY,
     key BYTEA NOT NULL
   );`,
  `CREATE TABLE fronts (
     id ${TEXT} PRIMARY KEY,
     address ${TEXT} NOT NULL,
     seen TIMESTAMPTZ NOT NULL,
     gone BOOLEAN NOT NULL DEFAULT false
   );
   CREATE TABLE names (
     name ${TEXT} PRIMARY KEY,
     secret ${TEXT} NOT NULL,
     front ${TEXT} NOT NULL,
     account ${TEXT},
     operator BOOLEAN NOT NULL DEFAULT false
   );
   CREATE INDEX names_of_front ON names (front);`,
];

/** Held by whoever changes the tables; the number is "sipcast" in ASCII. */
const LOCK = '0x73697063617374';

/** Steps take longer than what they are asked for later, and so does waiting for another front that is at them, ms. */
const STEPS_LIMIT_MS = 10 * 60_000;

/** Brings the database up to date, in one transaction. @throws StoreOpenError when a newer program wrote it, or its encoding cannot hold all text */
export async function migrate(client: PoolClient): Promise<void> {
  // Asked first, so that a database that is up to date can be used while nothing can be changed.
  if ((await versionOf(client)) === STEPS.length) return;
  await client.query('BEGIN');
  try {
    await client.query(`SET LOCAL statement_timeout = ${STEPS_LIMIT_MS}`);
    const query = (text: string) => client.query({ text, query_timeout: STEPS_LIMIT_MS } as { text: string });
    await query(`SELECT pg_advisory_xact_lock(${BigInt(LOCK)})`);
    await query('CREATE TABLE IF NOT EXISTS schema_steps (step INTEGER PRIMARY KEY, done TIMESTAMPTZ NOT NULL DEFAULT now())');
    const seen = await versionOf(client);
    for (const [index, step] of STEPS.entries()) {
      if (index < seen) continue;
      await query(step);
      await query(`INSERT INTO schema_steps (step) VALUES (${index + 1})`);
    }
    await client.query('COMMIT');
  } catch (error) {
    // Where the connection is gone, so is the transaction.
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

interface Found {
  encoding: string;
  there: boolean;
}

async function versionOf(client: PoolClient): Promise<number> {
  const { rows: [found] } = await client.query<Found>(`SELECT current_setting('server_encoding') AS encoding, to_regclass('schema_steps') IS NOT NULL AS there`);
  if (found?.encoding !== 'UTF8') throw new StoreOpenError(`its encoding is ${found?.encoding ?? 'unknown'}: create it with ENCODING 'UTF8'`);
  if (!found.there) return 0;
  const { rows: [row] } = await client.query<{ version: number }>('SELECT coalesce(max(step), 0) AS version FROM schema_steps');
  const version = row?.version ?? 0;
  if (version > STEPS.length) throw new StoreOpenError('a newer sipcast has written it: start that one, or name another database');
  return version;
}
