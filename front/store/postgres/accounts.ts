/** Accounts as rows. */
import type { Account, AccountTable } from '../store.ts';
import type { Connection } from './connection.ts';

interface AccountRow {
  id: string;
  email: string;
  first_name: string;
  last_name: string;
  password_hash: string;
  created_ms: number;
}

const COLUMNS = 'id, email, first_name, last_name, password_hash, created_ms';

const INSERT = { name: 'account-insert', text: `INSERT INTO accounts (${COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT DO NOTHING` };
const BY_ID = { name: 'account-by-id', text: `SELECT ${COLUMNS} FROM accounts WHERE id = $1` };
const BY_EMAIL = { name: 'account-by-email', text: `SELECT ${COLUMNS} FROM accounts WHERE email = $1` };
const UPDATE = {
  name: 'account-update',
  text: `UPDATE accounts SET first_name = coalesce($2, first_name), last_name = coalesce($3, last_name), password_hash = coalesce($4, password_hash)
     WHERE id = $1 RETURNING ${COLUMNS}`,
};

export class PostgresAccounts implements AccountTable {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async add({ id, email, firstName, lastName, passwordHash, createdMs }: Account): Promise<boolean> {
    const { count } = await this.#connection.ask(INSERT, [id, email, firstName, lastName, passwordHash, createdMs]);
    return count === 1;
  }

  async get(id: string): Promise<Account | undefined> {
    return accountOf(await this.#connection.find<AccountRow>(BY_ID, [id]));
  }

  async byEmail(email: string): Promise<Account | undefined> {
    return accountOf(await this.#connection.find<AccountRow>(BY_EMAIL, [email]));
  }

  async change(id: string, changes: Partial<Pick<Account, 'firstName' | 'lastName' | 'passwordHash'>>): Promise<Account | undefined> {
    const { firstName = null, lastName = null, passwordHash = null } = changes;
    const { rows: [row] } = await this.#connection.ask<AccountRow>(UPDATE, [id, firstName, lastName, passwordHash]);
    return accountOf(row);
  }
}

function accountOf(row: AccountRow | undefined): Account | undefined {
  if (row === undefined) return undefined;
  return { id: row.id, email: row.email, firstName: row.first_name, lastName: row.last_name, passwordHash: row.password_hash, createdMs: row.created_ms };
}
