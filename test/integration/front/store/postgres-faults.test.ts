import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Client } from '../../../support/front/client.ts';
import { Member, PASSWORD } from '../../../support/front/member.ts';
import { PostgresServer } from '../../../support/engines/postgres.ts';
import { freeTcpPort } from '../../../support/network/tcp-ports.ts';
import { scratchFolder } from '../../../support/paths.ts';
import type { Child } from '../../../support/processes/child.ts';
import { spawnService, startService } from '../../../support/processes/service.ts';
import { lacks } from '../../../support/tools/system-tools.ts';

describe.skipIf(lacks('postgres'))('front with its accounts and rooms in PostgreSQL', () => {
  let server: PostgresServer;
  let database: string;
  let folder: ReturnType<typeof scratchFolder>;
  const running: Child[] = [];

  beforeAll(async () => {
    server = await PostgresServer.start({ durable: true });
  });
  afterAll(() => server.remove());
  beforeEach(async () => {
    folder = scratchFolder('postgres-front');
    database = await server.createDatabase();
  });
  afterEach(async () => {
    for (const child of running.splice(0)) await child.end();
    folder.remove();
  });

  /** A front whose signaling daemon is not there: accounts and rooms need none. */
  async function startFront(url = database): Promise<{ child: Child; url: string }> {
    const args = ['0', '127.0.0.1', '9', '--requests-per-minute', '0'];
    const { child, addresses } = await startService('front', args, { cwd: folder.path, env: { SIPCAST_DATABASE: url } });
    running.push(child);
    return { child, url: (addresses['http'] ?? '').replace(/\/$/, '') };
  }

  async function refusal(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
    const child = spawnService('front', ['0', '127.0.0.1', '9', ...args], { cwd: folder.path, env });
    const { code } = await child.exited;
    return { code, lines: child.log.lines.map(({ text }) => text) };
  }

  const readiness = async (url: string) => (await (await fetch(`${url}/readyz`)).json()) as Record<string, unknown>;
  const back = (child: Child, from = 0) => child.log.waitFor(({ text }) => text.includes('PostgreSQL is back'), { from });
  const away = (child: Child, from = 0) => child.log.waitFor(({ text }) => text.includes('PostgreSQL is away'), { from });

  /** Accounts and rooms are refused in words, at once or within seconds, and guests are let in. */
  async function expectAway(url: string, member: Member): Promise<void> {
    for (const [method, path, body] of [
      ['GET', '/user/', undefined],
      ['GET', '/rooms/', undefined],
      ['POST', '/rooms/', { title: 'Refused' }],
      ['POST', '/token/', { email: 'ana@example.org', password: PASSWORD }],
      ['POST', '/token/refresh/', { refresh: member.refresh }],
    ] as const) {
      const { status, headers, body: answer } = await member.send(method, path, body);
      expect.soft([method, path, status, answer['error']]).toEqual([method, path, 503, 'store-unavailable']);
      expect.soft(Number(headers.get('retry-after'))).toBeGreaterThan(0);
    }
    expect(await readiness(url)).toMatchObject({ store: 'down' });
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await new Client(url, `guest ${Math.random()}`).register();
  }

  it('away at the start: front starts, says so, and is well when it comes; what is signed then is believed by others', async () => {
    await server.kill();
    const { child, url } = await startFront();
    const stranger = new Member(url);
    [stranger.access, stranger.refresh] = ['x', 'y'];
    await expectAway(url, stranger);
    const guest = await new Client(url, 'guest').register();
    await server.restart();
    await back(child);
    expect(await readiness(url)).toMatchObject({ store: 'up' });
    const ana = await Member.create(url, 'ana');
    await ana.room('Tea');
    // The cookie of before is still believed here.
    expect((await guest.post('/rename', { name: 'another guest' })).status).not.toBe(401);
    const other = await startFront();
    const elsewhere = new Member(other.url);
    elsewhere.access = ana.access;
    expect((await elsewhere.send('GET', '/rooms/')).body['rooms']).toMatchObject([{ title: 'Tea', mine: true }]);
  });

  it('killed later, and started again: what was acknowledged is there', async () => {
    const { child, url } = await startFront();
    const ana = await Member.create(url, 'ana');
    const acknowledged: string[] = [];
    const busy = Array.from({ length: 4 }, async (_, worker) => {
      for (let index = 0; index < 20; index++) {
        const title = `room ${worker}.${index}`;
        const { status, body } = await ana.send('POST', '/rooms/', { title });
        if (status === 201) acknowledged.push(title);
        else if (status !== 503 || body['error'] !== 'store-unavailable') throw new Error(`${status}: ${JSON.stringify(body)}`);
        if (acknowledged.length === 30) await server.kill();
      }
    });
    await Promise.all(busy);
    await away(child);
    await expectAway(url, ana);
    await server.restart();
    await back(child);
    const titles = ((await ana.send('GET', '/rooms/?limit=100')).body['rooms'] as { title: string }[]).map(({ title }) => title);
    expect(acknowledged.length).toBeGreaterThanOrEqual(30);
    expect(acknowledged.filter((title) => !titles.includes(title))).toEqual([]);
    expect(child.log.lines.filter(({ text }) => text.includes('a request failed'))).toEqual([]);
  });

  it('held, so that it does not answer: refused within seconds, and served again when it goes on', async () => {
    const { child, url } = await startFront();
    const ana = await Member.create(url, 'ana');
    server.pause();
    try {
      await away(child);
      const asked = Date.now();
      await expectAway(url, ana);
      expect(Date.now() - asked).toBeLessThan(5000);
    } finally {
      server.resume();
    }
    await back(child);
    expect((await ana.send('GET', '/user/')).status).toBe(200);
  });

  it('read-only, as a standby or a full disk is: what is there is read, changes are refused', async () => {
    const { child, url } = await startFront();
    const ana = await Member.create(url, 'ana');
    const name = new URL(database).pathname.slice(1);
    const reconnect = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${name}'`;
    await server.query(`ALTER DATABASE ${name} SET default_transaction_read_only = on; ${reconnect}`);
    await child.log.waitFor(({ text }) => text.includes('takes no changes'));
    expect((await ana.send('GET', '/user/')).status).toBe(200);
    expect((await ana.send('GET', '/rooms/')).status).toBe(200);
    expect(await ana.send('POST', '/rooms/', { title: 'Tea' })).toMatchObject({ status: 503, body: { error: 'store-unavailable' } });
    expect(await readiness(url)).toMatchObject({ store: 'down' });
    // A front that starts now serves what is there.
    const other = await startFront();
    expect((await new Member(other.url).send('GET', '/rooms/')).status).toBe(200);
    await server.query(`ALTER DATABASE ${name} RESET default_transaction_read_only; ${reconnect}`);
    await back(child);
    expect((await ana.send('POST', '/rooms/', { title: 'Tea' })).status).toBe(201);
  });

  it('emptied: the tables are made anew, and whoever was signed in signs up again', async () => {
    const { child, url } = await startFront();
    const other = await startFront();
    const ana = await Member.create(url, 'ana');
    const from = child.log.lines.length;
    await server.dropDatabase(database);
    await away(child, from);
    await server.query(`CREATE DATABASE ${new URL(database).pathname.slice(1)}`);
    await Promise.all([back(child, from), back(other.child)]);
    expect((await ana.send('GET', '/user/')).status).toBe(401);
    const again = await Member.create(url, 'ana');
    expect((await again.send('GET', '/user/', undefined)).status).toBe(200);
    const elsewhere = new Member(other.url);
    elsewhere.access = again.access;
    expect((await elsewhere.send('GET', '/user/')).status).toBe(200);
  });

  it('new, opened by four fronts at once: one makes the tables, and all have the same keys', async () => {
    const fronts = await Promise.all(Array.from({ length: 4 }, () => startFront()));
    const [first] = fronts;
    const ana = await Member.create(first?.url ?? '', 'ana');
    for (const { url } of fronts) {
      const member = new Member(url);
      member.access = ana.access;
      expect((await member.send('GET', '/user/')).status).toBe(200);
    }
    expect(await server.query('SELECT purpose, length(key) FROM keys ORDER BY purpose', database)).toEqual([{ purpose: 'cookies', length: 32 }, { purpose: 'tokens', length: 32 }]);
    expect(await server.query('SELECT step, count(*)::int FROM schema_steps GROUP BY step HAVING count(*) <> 1', database)).toEqual([]);
    expect(await server.query('SELECT count(*) > 0 AS made FROM schema_steps', database)).toEqual([{ made: true }]);
  });

  it.each([
    ['a wrong password', () => database.replace(/:[^:@]+@/, ':wr0ng@'), /password authentication failed/],
    ['no such database', () => server.url('nowhere'), /"nowhere" does not exist/],
    ['no URL', () => 'postgres://ana:wr0ng secret@host:port/x', /^front: .*expected postgres:\/\/user:password@host:port\/database/],
    ['no database', () => 'postgres://ana:wr0ng@127.0.0.1', /expected the name of a database/],
    ['another engine', () => 'mysql://ana:wr0ng@127.0.0.1/x', /expected a file, or postgres:/],
    ['a newer schema', async () => {
      const { child } = await startFront();
      await child.end();
      await server.query('INSERT INTO schema_steps (step) VALUES (1000)', database);
      return database;
    }, /a newer sipcast has written it/],
    ['an encoding that lacks most of the world’s letters', () => server.createDatabase(`ENCODING 'LATIN1' TEMPLATE template0`), /its encoding is LATIN1/],
  ])('%s: one line, status 2, and no password in it', async (_what, make, expected) => {
    const { code, lines } = await refusal(['--database', await make()]);
    expect(code).toBe(2);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(expected);
    for (const secret of ['wr0ng', server.password, encodeURIComponent(server.password)]) expect(lines[0]).not.toContain(secret);
  });

  it('never shows the password: neither in the log nor in --print-config', async () => {
    const { child, url } = await startFront();
    await Member.create(url, 'ana');
    await server.kill();
    await away(child);
    await server.restart();
    await back(child);
    await child.end();
    const { code, lines } = await refusal(['--database', database, '--print-config']);
    expect(code).toBe(0);
    expect(lines.find((line) => line.includes('database'))).toMatch(/^# database: postgres:\/\/sipcast:\*\*\*@127\.0\.0\.1/);
    for (const secret of [server.password, encodeURIComponent(server.password)]) {
      expect(child.log.toString()).not.toContain(secret);
      expect(lines.join('\n')).not.toContain(secret);
    }
  });

  it('that nobody listens at is waited for, and front ends cleanly meanwhile', async () => {
    const { child } = await startFront(`postgres://ana:secret@127.0.0.1:${await freeTcpPort()}/x`);
    await away(child);
    expect(await child.end()).toEqual({ code: 0, signal: null });
  });
});
