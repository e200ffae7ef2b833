import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PostgresServer } from '../../../support/engines/postgres.ts';
import { lacks } from '../../../support/tools/system-tools.ts';

describe.skipIf(lacks('postgres'))('a PostgreSQL server of a test', () => {
  let server: PostgresServer;
  beforeAll(async () => {
    server = await PostgresServer.start({ durable: true });
  });
  afterAll(() => server.remove());

  it('asks for the password, and has what was committed after it was killed', async () => {
    const url = await server.createDatabase();
    await server.query('CREATE TABLE kept (word TEXT); INSERT INTO kept VALUES (\'here\')', url);
    await server.kill();
    await expect(server.query('SELECT * FROM kept', url)).rejects.toThrow(/ECONNREFUSED/);
    await server.restart();
    expect(await server.query('SELECT * FROM kept', url)).toEqual([{ word: 'here' }]);
    await expect(server.query('SELECT 1', server.url('postgres', { password: 'wrong' }))).rejects.toThrow(/password authentication failed/);
  });

  it('answers nobody while it is held, and whoever waited when it goes on', async () => {
    server.pause();
    let answered = false;
    const answer = server.query('SELECT 1 AS one').finally(() => (answered = true));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(answered).toBe(false);
    server.resume();
    expect(await answer).toEqual([{ one: 1 }]);
  });
});
