/** The store as a PostgreSQL database, which fronts on many machines use at once; an acknowledged change is as durable as the server is set to make it. */
import type { PoolClient } from 'pg';
import { concealPassword } from '../../../shared/cli/conceal-password.ts';
import { silentLogger } from '../../../shared/log/logger.ts';
import type { Logger } from '../../../shared/log/logger.ts';
import { systemClock } from '../../../shared/sip/timing/clock.ts';
import type { Clock } from '../../../shared/sip/timing/clock.ts';
import { StoreOpenError } from '../store.ts';
import type { SharedStore } from '../store.ts';
import { PostgresAccounts } from './accounts.ts';
import { Availability } from './availability.ts';
import type { StoreState } from './availability.ts';
import { Connection, withClient } from './connection.ts';
import { faultOf, reasonOf } from './faults.ts';
import { PostgresFronts } from './fronts.ts';
import { PostgresKeys } from './keys.ts';
import { migrate } from './migrations.ts';
import { makePool } from './pool.ts';
import type { Connections } from './pool.ts';
import { PostgresRooms } from './rooms.ts';
import { PostgresSessions } from './sessions.ts';

/** Of each front: PostgreSQL lets in 100 unless told otherwise. */
const MAX_CONNECTIONS = 10;

export interface PostgresStoreOptions {
  readonly log?: Logger;
  readonly clock?: Clock;
}

/**
 * Opens the database at `url`, and makes the tables where there are none. One that is away is waited for: the store is unavailable until it is back.
 * @throws StoreOpenError when it lets nobody in, or comes from a newer program; UsageError where the client is not installed
 */
export async function openPostgresStore(url: string, { log = silentLogger, clock = systemClock }: PostgresStoreOptions = {}): Promise<SharedStore> {
  const store = new PostgresStore(await makePool(url, MAX_CONNECTIONS), await makePool(url, 1), { log, clock });
  const failure = await store.begin();
  if (!(failure instanceof StoreOpenError)) return store;
  await store.close();
  throw new StoreOpenError(`the database ${concealPassword(url)} cannot be used: ${failure.message}`, { cause: failure });
}

class PostgresStore implements SharedStore {
  readonly accounts;
  readonly sessions;
  readonly rooms;
  readonly keys;
  readonly fronts;
  readonly #connections: Connections;
  /** One of its own to look by, so that it never waits for those that are busy. */
  readonly #lookout: Connections;
  readonly #availability: Availability;
  /** Whether the tables were there when it was last looked. */
  #prepared = false;
  #closed: Promise<void> | undefined;

  constructor(connections: Connections, lookout: Connections, { log, clock }: Required<PostgresStoreOptions>) {
    const { pool } = connections;
    this.#connections = connections;
    this.#lookout = lookout;
    this.#availability = new Availability({ look: (doubted) => this.#look(doubted), log, clock });
    // A connection that ends while nobody uses it.
    for (const each of [pool, lookout.pool]) each.on('error', (error) => void this.#availability.explain(error));
    const connection = new Connection(pool, this.#availability);
    this.accounts = new PostgresAccounts(connection);
    this.sessions = new PostgresSessions(connection);
    this.rooms = new PostgresRooms(connection);
    this.keys = new PostgresKeys(connection);
    this.fronts = new PostgresFronts(connection);
    this.#availability.onWritable(() => void this.keys.writeBack().catch(() => undefined));
  }

  get available(): boolean {
    return this.#availability.state === 'writable';
  }

  onAvailable(listener: () => void): void {
    this.#availability.onWritable(listener);
  }

  /** Looks for the first time, and from then on. @returns what was the matter, if anything was */
  async begin(): Promise<unknown> {
    await this.#availability.look();
    return this.#availability.failure;
  }

  close(): Promise<void> {
    this.#availability.close();
    return (this.#closed ??= Promise.all([this.#connections.close(), this.#lookout.close()]).then(() => undefined));
  }

  async #look(doubted: boolean): Promise<StoreState> {
    try {
      return await withClient(this.#lookout.pool, (client) => this.#lookBy(client, doubted));
    } catch (error) {
      const fault = faultOf(error);
      if (fault === 'empty') this.#prepared = false;
      throw fault === 'refused' ? new StoreOpenError(reasonOf(error), { cause: error }) : error;
    }
  }

  async #lookBy(client: PoolClient, doubted: boolean): Promise<StoreState> {
    if (!this.#prepared) await migrate(client);
    this.#prepared = true;
    const { rows: [found] } = await client.query<{ fixed: string }>(`SELECT current_setting('transaction_read_only') AS fixed FROM schema_steps LIMIT 1`);
    if (found?.fixed === 'on') return 'readable';
    // The disk may still be full.
    if (doubted) await client.query('UPDATE schema_steps SET done = done WHERE step = 1');
    return 'writable';
  }
}
