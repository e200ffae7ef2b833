import { afterAll, beforeAll, describe } from 'vitest';
import { openPostgresStore } from '../../../../front/store/postgres/postgres-store.ts';
import { PostgresServer } from '../../../support/engines/postgres.ts';
import { lacks } from '../../../support/tools/system-tools.ts';
import { describeStore } from '../../../unit/front/store/conformance.ts';

describe.skipIf(lacks('postgres'))('PostgreSQL as it is installed', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start();
  });
  afterAll(() => server.remove());

  describeStore('PostgreSQL', async () => {
    const url = await server.createDatabase();
    return {
      open: () => openPostgresStore(url),
      remove: () => server.dropDatabase(url),
    };
  });
});
