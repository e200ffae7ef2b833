/** The store as one SQLite file, shared by all fronts on this machine that name it; an acknowledged change survives kill -9 and power loss. */
import { closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import Libsql from 'libsql';
import type { Database } from 'libsql';
import { StoreOpenError } from '../store.ts';
import type { Store } from '../store.ts';
import { SqliteAccounts } from './accounts.ts';
import { Connection } from './connection.ts';
import { migrate } from './migrations.ts';
import { SqliteRooms } from './rooms.ts';
import { SqliteSessions } from './sessions.ts';

/** Keeps all in memory: for tests, and for those who want nothing on disk. */
export const IN_MEMORY = ':memory:';

/** How long a change waits for another process's, ms. */
const BUSY_LIMIT_MS = 2000;

/** Files up to this size, bytes, are read from end to end when they are opened: that takes some 10 ms. */
const MAX_CHECKED_BYTES = 16 * 1024 * 1024;

/** Readable by its owner alone: there are e-mails and password hashes in it. */
const FILE_MODE = 0o600;

/**
 * Opens `file`, and makes it where there is none.
 * @throws StoreOpenError when it is damaged, cannot be written, or comes from a newer program; it is left as it is.
 */
export function openSqliteStore(file: string): Store {
  let database: Database | undefined;
  try {
    if (file !== IN_MEMORY) prepareFile(file);
    database = new Libsql(file, { timeout: BUSY_LIMIT_MS });
    database.exec(`PRAGMA busy_timeout = ${BUSY_LIMIT_MS}`);
    database.exec('PRAGMA journal_mode = WAL');
    // With WAL, anything less would lose acknowledged changes when the power fails.
    database.exec('PRAGMA synchronous = FULL');
    database.exec('PRAGMA foreign_keys = ON');
    if (file !== IN_MEMORY && statSync(file).size <= MAX_CHECKED_BYTES) check(database);
    migrate(database);
    return new SqliteStore(new Connection(database));
  } catch (error) {
    database?.close();
    throw new StoreOpenError(`the database ${file} cannot be used: ${explain(error)}`, { cause: error });
  }
}

class SqliteStore implements Store {
  readonly accounts;
  readonly sessions;
  readonly rooms;
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.accounts = new SqliteAccounts(connection);
    this.sessions = new SqliteSessions(connection);
    this.rooms = new SqliteRooms(connection);
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#connection.close();
      resolve();
    });
  }
}

/** SQLite would let others read a file that it makes. */
function prepareFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true });
  if (!existsSync(file)) closeSync(openSync(file, 'a', FILE_MODE));
  else if (!statSync(file).isFile()) throw new StoreOpenError('it is no file');
}

function check(database: Database): void {
  const [{ quick_check: verdict } = { quick_check: 'no answer' }] = database.prepare('PRAGMA quick_check(1)').all() as { quick_check: string }[];
  if (verdict !== 'ok') throw new StoreOpenError(`it is damaged (${verdict}): ${RESTORE}`);
}

const RESTORE = 'restore it from a copy, or move it away to begin with an empty one';

const EXPLANATIONS: Readonly<Record<string, string>> = {
  SQLITE_NOTADB: `it is damaged, or no database at all: ${RESTORE}`,
  SQLITE_CORRUPT: `it is damaged: ${RESTORE}`,
  SQLITE_READONLY: 'this user may not write it',
  SQLITE_CANTOPEN: 'it cannot be opened',
  SQLITE_BUSY: 'another program keeps it locked',
  SQLITE_FULL: 'the disk is full',
  EACCES: 'this user may not write there',
  EPERM: 'this user may not write there',
  EROFS: 'the disk is read-only',
  ENOSPC: 'the disk is full',
  ENOTDIR: 'what should be its folder is a file',
  EEXIST: 'what should be its folder is a file',
};

function explain(error: unknown): string {
  if (error instanceof StoreOpenError) return error.message;
  const { code = '', message } = error as NodeJS.ErrnoException;
  return EXPLANATIONS[code] ?? EXPLANATIONS[code.split('_', 2).join('_')] ?? message;
}
