import { afterAll, beforeAll, describe } from 'vitest';
import { openPostgresStore } from '../../../../front/store/postgres/postgres-store.ts';
import type { SharedStore } from '../../../../front/store/store.ts';
import { PostgresServer } from '../../../support/engines/postgres.ts';
import { lacks } from '../../../support/tools/system-tools.ts';
import { sharedStateConformance } from '../../../unit/front/cluster/shared-state-conformance.ts';

describe.skipIf(lacks('postgres'))('PostgreSQL as it is installed', () => {
  let server: PostgresServer;
  let url: string;
  let store: SharedStore;
  beforeAll(async () => {
    server = await PostgresServer.start();
    url = await server.createDatabase();
    store = await openPostgresStore(url);
  });
  afterAll(async () => {
    await store.close();
    await server.remove();
  });

  sharedStateConformance('what fronts share, in PostgreSQL', async () => ({
    state: store.fronts,
    silence: async (front, ms) => {
      await server.query(`UPDATE fronts SET seen = clock_timestamp() - interval '${ms} milliseconds' WHERE id = '${front}'`, url);
    },
  }));
});
