/** The tables, step by step: the file's user_version says how many of these steps it has seen. A step that was released is never changed. */
import type { Database } from 'libsql';
import { StoreOpenError } from '../store.ts';

const STEPS: readonly string[] = [
  `CREATE TABLE accounts (
     id TEXT PRIMARY KEY,
     email TEXT NOT NULL UNIQUE,
     first_name TEXT NOT NULL,
     last_name TEXT NOT NULL,
     password_hash TEXT NOT NULL,
     created_ms INTEGER NOT NULL
   ) STRICT;
   CREATE TABLE sessions (
     id TEXT PRIMARY KEY,
     account_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
     generation INTEGER NOT NULL,
     rotated_ms INTEGER NOT NULL,
     expires_ms INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX sessions_of_account ON sessions (account_id, rotated_ms);
   CREATE INDEX sessions_by_expiry ON sessions (expires_ms);
   CREATE TABLE rooms (
     id TEXT PRIMARY KEY,
     key TEXT NOT NULL,
     owner_id TEXT NOT NULL REFERENCES accounts (id) ON DELETE CASCADE,
     title TEXT NOT NULL,
     folded_title TEXT NOT NULL UNIQUE,
     description TEXT NOT NULL,
     visibility TEXT NOT NULL CHECK (visibility IN ('public', 'private')),
     admission TEXT NOT NULL CHECK (admission IN ('open', 'invite-only')),
     password_hash TEXT,
     guest_limit INTEGER,
     created_ms INTEGER NOT NULL,
     active_ms INTEGER NOT NULL
   ) STRICT;
   CREATE INDEX rooms_of_owner ON rooms (owner_id);
   CREATE INDEX rooms_by_creation ON rooms (created_ms);
   CREATE INDEX rooms_by_activity ON rooms (active_ms);`,
];

/** Brings the file up to date, in one transaction. @throws StoreOpenError when a newer program wrote it */
export function migrate(database: Database): void {
  // Also finds out whether the file can be written at all, and keeps a second front from doing the same at once.
  database.exec('BEGIN IMMEDIATE');
  try {
    const seen = versionOf(database);
    if (seen > STEPS.length) throw new StoreOpenError('a newer sipcast has written it: start that one, or name another file');
    for (const step of STEPS.slice(seen)) database.exec(step);
    database.exec(`PRAGMA user_version = ${STEPS.length}`);
    database.exec('COMMIT');
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

function versionOf(database: Database): number {
  const { user_version: version } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  return version;
}
