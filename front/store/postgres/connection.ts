/** Asks PostgreSQL: prepared statements and transactions, each answer within a time limit; the store's interface promises. */
import type { Pool, PoolClient, QueryResultRow } from 'pg';
import type { Availability } from './availability.ts';
import { faultOf } from './faults.ts';

/** A prepared statement: planned once a connection, under its name. */
export interface Statement {
  readonly name: string;
  readonly text: string;
}

export type Values = readonly (string | number | boolean | Buffer | null | readonly string[])[];

/** What one statement of a transaction yields. */
export interface Answer<Row> {
  readonly rows: readonly Row[];
  /** Rows that were changed, or found. */
  readonly count: number;
}

export type Ask = <Row extends QueryResultRow>(statement: Statement, values: Values) => Promise<Answer<Row>>;

export class Connection {
  readonly #pool: Pool;
  readonly #availability: Availability;

  constructor(pool: Pool, availability: Availability) {
    this.#pool = pool;
    this.#availability = availability;
  }

  /** @throws StoreUnavailableError, StoreClosedError, or what PostgreSQL finds wrong with the request */
  ask<Row extends QueryResultRow>(statement: Statement, values: Values): Promise<Answer<Row>> {
    return this.#answer((client) => askBy(client)<Row>(statement, values));
  }

  /** The rows that are looked for. No text that is kept holds U+0000, which PostgreSQL cannot even be asked about. Likewise. */
  async rows<Row extends QueryResultRow>(statement: Statement, values: Values): Promise<readonly Row[]> {
    if (values.some(holdsNull)) {
      this.#availability.insist();
      return [];
    }
    return (await this.ask<Row>(statement, values)).rows;
  }

  /** The one row that is looked for by a key. Likewise. */
  async find<Row extends QueryResultRow>(statement: Statement, values: Values): Promise<Row | undefined> {
    const [row] = await this.rows<Row>(statement, values);
    return row;
  }

  /** Runs `work` as one transaction: all of it happens, or nothing. Likewise. */
  transaction<Value>(work: (ask: Ask) => Promise<Value>): Promise<Value> {
    return this.#answer(async (client) => {
      await client.query('BEGIN');
      try {
        const value = await work(askBy(client));
        await client.query('COMMIT');
        return value;
      } catch (error) {
        if (faultOf(error) === 'request') await client.query('ROLLBACK');
        throw error;
      }
    });
  }

  async #answer<Value>(work: (client: PoolClient) => Promise<Value>): Promise<Value> {
    this.#availability.insist();
    try {
      return await withClient(this.#pool, work);
    } catch (error) {
      throw this.#availability.explain(error);
    }
  }
}

/** One connection for the time of `work`; it is used again unless the server is to blame for what went wrong. */
export async function withClient<Value>(pool: Pool, work: (client: PoolClient) => Promise<Value>): Promise<Value> {
  const client = await pool.connect();
  let broken = false;
  // One that breaks while it is ours tells its query, too.
  const onError = () => (broken = true);
  client.on('error', onError);
  try {
    return await work(client);
  } catch (error) {
    broken ||= faultOf(error) !== 'request';
    throw error;
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

export function holdsNull(value: Values[number]): boolean {
  return typeof value === 'string' && value.includes('\0');
}

function askBy(client: PoolClient): Ask {
  return async <Row extends QueryResultRow>({ name, text }: Statement, values: Values): Promise<Answer<Row>> => {
    const { rows, rowCount } = await client.query<Row>({ name, text, values: [...values] });
    return { rows, count: rowCount ?? 0 };
  };
}
