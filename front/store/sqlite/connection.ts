/** The one connection to the file: SQLite answers at once, within a millisecond or the time that a disk takes to say "written"; the store's interface promises. */
import type { Database } from 'libsql';
import { StoreClosedError } from '../store.ts';

export class Connection {
  readonly database: Database;
  #open = true;

  constructor(database: Database) {
    this.database = database;
  }

  /** What `work` finds or changes. Prepared statements outlive a closed connection, hence the look whether it is open. */
  answer<Value>(work: () => Value): Promise<Value> {
    return new Promise((resolve) => {
      if (!this.#open) throw new StoreClosedError('the store is closed');
      resolve(work());
    });
  }

  close(): void {
    if (!this.#open) return;
    this.#open = false;
    // What stands in the log beside the file is brought into it, so that whoever copies the file has it all.
    this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    this.database.close();
  }
}

/** Whether `error` says that a value which must be the only one of its kind is there already. */
export function isTaken(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return code === 'SQLITE_CONSTRAINT_UNIQUE' || code === 'SQLITE_CONSTRAINT_PRIMARYKEY';
}
