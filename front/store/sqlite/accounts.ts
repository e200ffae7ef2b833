/** Accounts as rows. */
import type { Account, AccountTable } from '../store.ts';
import { isTaken } from './connection.ts';
import type { Connection } from './connection.ts';

interface AccountRow {
  id: string;
  email: string;
  first_name: string;
  last_name: string;
  password_hash: string;
  created_ms: number;
}

export class SqliteAccounts implements AccountTable {
  readonly #connection: Connection;
  readonly #insert;
  readonly #byId;
  readonly #byEmail;
  readonly #update;

  constructor(connection: Connection) {
    const { database } = connection;
    this.#connection = connection;
    this.#insert = database.prepare('INSERT INTO accounts VALUES (:id, :email, :firstName, :lastName, :passwordHash, :createdMs)');
    this.#byId = database.prepare('SELECT * FROM accounts WHERE id = :id');
    this.#byEmail = database.prepare('SELECT * FROM accounts WHERE email = :email');
    this.#update = database.prepare(
      `UPDATE accounts SET first_name = coalesce(:firstName, first_name), last_name = coalesce(:lastName, last_name),
         password_hash = coalesce(:passwordHash, password_hash) WHERE id = :id`,
    );
  }

  add(account: Account): Promise<boolean> {
    return this.#connection.answer(() => {
      try {
        this.#insert.run({ ...account });
        return true;
      } catch (error) {
        if (isTaken(error)) return false;
        throw error;
      }
    });
  }

  get(id: string): Promise<Account | undefined> {
    return this.#connection.answer(() => accountOf(this.#byId.get({ id })));
  }

  byEmail(email: string): Promise<Account | undefined> {
    return this.#connection.answer(() => accountOf(this.#byEmail.get({ email })));
  }

  change(id: string, changes: Partial<Pick<Account, 'firstName' | 'lastName' | 'passwordHash'>>): Promise<Account | undefined> {
    return this.#connection.answer(() => {
      const { firstName = null, lastName = null, passwordHash = null } = changes;
      this.#update.run({ id, firstName, lastName, passwordHash });
      return accountOf(this.#byId.get({ id }));
    });
  }
}

function accountOf(found: unknown): Account | undefined {
  if (found === undefined) return undefined;
  const row = found as AccountRow;
  return {
    id: row.id,
    email: row.email,
    firstName: row.first_name,
    lastName: row.last_name,
    passwordHash: row.password_hash,
    createdMs: row.created_ms,
  };
}
