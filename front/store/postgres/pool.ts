/** The connections to PostgreSQL: a handful, made when they are needed, each wait on them limited. */
import { Socket } from 'node:net';
import type { Pool } from 'pg';
import { UsageError } from '../../../shared/cli/usage-error.ts';

/** How long a connection, a free one among those that are busy, and a statement may take, ms. */
const CONNECT_LIMIT_MS = 2000;
const STATEMENT_LIMIT_MS = 2000;

/** When we stop waiting for the answer: later than the server, which says what was the matter if it can. */
const ANSWER_LIMIT_MS = 2500;

/** When the server ends a transaction whose front is gone, ms. */
const IDLE_IN_TRANSACTION_MS = 5000;
const IDLE_MS = 30_000;

/** When a connection over which nothing goes is looked after by the system, ms. */
const KEEP_ALIVE_MS = 10_000;

const CLOSE_LIMIT_MS = 1000;

/** OID of the type bigint, of which all columns here are times: as a number, they are exact for 285,000 years. */
const BIGINT = 20;

export interface Connections {
  readonly pool: Pool;
  /** Lets go of all; of those that do not part, after a second. */
  close(): Promise<void>;
}

/** @param max how many at a time @throws UsageError where the client is not installed */
export async function makePool(url: string, max: number): Promise<Connections> {
  const { default: pg } = await import('pg').catch((cause: unknown) => {
    throw new UsageError('--database: PostgreSQL needs the package pg, which is not installed: npm install pg', { cause });
  });
  const types = new pg.TypeOverrides();
  types.setTypeParser(BIGINT, Number);
  const sockets = new Set<Socket>();
  const pool = new pg.Pool({
    connectionString: url,
    application_name: 'sipcast-front',
    max,
    connectionTimeoutMillis: CONNECT_LIMIT_MS,
    idleTimeoutMillis: IDLE_MS,
    statement_timeout: STATEMENT_LIMIT_MS,
    query_timeout: ANSWER_LIMIT_MS,
    idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_MS,
    // Ours, so that one that hangs can be let go of.
    stream: () => {
      const socket = new Socket();
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      return socket;
    },
    types,
  });
  const close = async () => {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<void>((resolve) => (timer = setTimeout(resolve, CLOSE_LIMIT_MS)));
    await Promise.race([pool.end(), limit]);
    clearTimeout(timer);
    for (const socket of sockets) socket.destroy();
  };
  return { pool, close };
}
