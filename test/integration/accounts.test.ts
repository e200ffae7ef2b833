import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { Page } from '../support/front/client.ts';
import { ask } from '../support/front/https.ts';
import { Member, PASSWORD } from '../support/front/member.ts';
import { scratchFolder } from '../support/paths.ts';
import type { Child } from '../support/processes/child.ts';
import { spawnService, startService } from '../support/processes/service.ts';

let folder: ReturnType<typeof scratchFolder>;
const running: Child[] = [];

beforeEach(() => {
  folder = scratchFolder('accounts');
});
afterEach(async () => {
  for (const child of running.splice(0)) await child.end();
  folder.remove();
});

/** A front in a folder of its own, whose signaling daemon is not there: accounts and rooms need none. */
async function startFront(...args: string[]): Promise<{ child: Child; url: string }> {
  const { child, addresses } = await startService('front', ['0', '127.0.0.1', '9', ...args], { cwd: folder.path });
  running.push(child);
  return { child, url: (addresses['http'] ?? '').replace(/\/$/, '') };
}

async function refusal(args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawnService('front', ['0', '127.0.0.1', '9', ...args], { cwd: folder.path, env });
  const { code } = await child.exited;
  return { code, lines: child.log.lines.map(({ text }) => text) };
}

const seen = async (member: Member) => (await member.send('GET', '/rooms/')).body['rooms'] as Record<string, unknown>[];

describe('accounts and rooms', () => {
  it('work without any option, and are there after a restart, with everybody still signed in (seeds 2.22, 3.1)', async () => {
    const first = await startFront();
    const ana = await Member.create(first.url, 'ana');
    const { id, key } = await ana.room('Tea at five', { admission: 'invite-only', password: 'sugar' });
    expect(await first.child.end()).toEqual({ code: 0, signal: null });
    for (const file of ['front.db', 'front.db.key']) expect(statSync(join(folder.path, 'data', file)).mode & 0o777).toBe(0o600);

    const second = await startFront();
    const again = new Member(second.url);
    again.access = ana.access;
    expect((await again.send('GET', '/user/')).body['full_name']).toBe('ana Núñez');
    expect(await seen(again)).toMatchObject([{ id, key, title: 'Tea at five', has_password: true, mine: true }]);
    expect((await again.send('POST', '/token/refresh/', { refresh: ana.refresh })).status).toBe(200);
    expect((await new Member(second.url).signIn('ana@example.org')).status).toBe(200);
    const lines = [...first.child.log.lines, ...second.child.log.lines].filter(({ record }) => record?.level === 'warn' || record?.level === 'error');
    expect(lines.map(({ text }) => text).filter((text) => !text.includes('signaling'))).toEqual([]);
  });

  it('that were acknowledged survive kill -9 at any moment (seed 2.22)', async () => {
    const first = await startFront('--requests-per-minute', '0');
    const ana = await Member.create(first.url, 'ana');
    const acknowledged: string[] = [];
    const busy = Array.from({ length: 4 }, async (_, worker) => {
      for (let index = 0; index < 25; index++) {
        const title = `room ${worker}.${index}`;
        await ana.room(title);
        acknowledged.push(title);
        if (acknowledged.length === 40) first.child.killNow();
      }
    });
    await Promise.allSettled(busy);
    expect(await first.child.exited).toMatchObject({ signal: 'SIGKILL' });
    const second = await startFront();
    const again = new Member(second.url);
    expect((await again.signIn('ana@example.org')).status).toBe(200);
    const titles = (await seen(again)).map((room) => room['title']);
    expect(acknowledged.length).toBeGreaterThanOrEqual(40);
    expect(acknowledged.filter((title) => !titles.includes(title))).toEqual([]);
  });

  it('are shared by two fronts on one database (seed 2.23)', async () => {
    const [one, two] = await Promise.all([startFront('--database', 'shared.db'), startFront('--database', 'shared.db')]);
    const ana = await Member.create(one.url, 'ana');
    await ana.room('Tea at five');
    const elsewhere = new Member(two.url);
    elsewhere.access = ana.access;
    expect(await seen(elsewhere)).toMatchObject([{ title: 'Tea at five', mine: true }]);
    expect((await elsewhere.signIn('ana@example.org')).status).toBe(200);
  });

  it('never stand in the log with a secret (seed 3.20)', async () => {
    const { child, url } = await startFront('--ice-servers', 'turn:ana:t0psecret@192.0.2.1:3478', '--operators', 'Boss@example.org');
    const boss = await Member.create(url, 'boss');
    expect((await boss.send('GET', '/user/')).body['operator']).toBe(true);
    await boss.room('Tea', { password: 'sugar and milk' });
    await boss.signIn('boss@example.org', 'not the password');
    await boss.send('POST', '/token/refresh/', { refresh: `${boss.refresh}x` });
    await child.end();
    const log = child.log.toString();
    for (const secret of ['t0psecret', PASSWORD, 'sugar and milk', 'not the password', boss.access, boss.refresh, 'argon2id']) expect.soft(log).not.toContain(secret);
  });
});

describe('a database that cannot be used', () => {
  it.each([
    ['is damaged', () => writeFileSync(join(folder.path, 'bad.db'), 'no database '.repeat(1000)), /^front: the database bad\.db cannot be used: it is damaged/],
    ['has a damaged key', () => writeFileSync(join(folder.path, 'bad.db.key'), 'short'), /^front: bad\.db\.key holds no signing key/],
  ])('%s: one line, status 2, and the file is kept (seed 2.22)', async (_what, prepare, expected) => {
    prepare();
    const { code, lines } = await refusal(['--database', 'bad.db']);
    expect(code).toBe(2);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(expected);
  });
});

describe('HTTPS', () => {
  it('with a self-signed certificate serves pages and their WebSockets, with the same one after a restart (seed 1.1)', async () => {
    const first = await startFront('--tls', 'self-signed');
    const file = join(folder.path, 'data', 'tls', 'self-signed.pem');
    const ca = readFileSync(file, 'utf8').replace(/^[^]*(?=-----BEGIN CERTIFICATE)/, '');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(first.url).toMatch(/^https:/);
    const { fingerprint } = await ask(`https://localhost:${new URL(first.url).port}/healthz`, ca);
    expect(first.child.log.toString()).toContain(fingerprint);
    const registered = await ask(`${first.url}/register`, ca, { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"name":"ana","content":{}}' });
    const cookie = registered.headers['set-cookie']?.[0]?.split(';', 1)[0] ?? '';
    const page = new Page(new WebSocket(`${first.url.replace('https', 'wss')}/ws`, { ca, headers: { cookie, origin: first.url } }));
    await page.nextOfType('signaling');
    expect(await first.child.end()).toEqual({ code: 0, signal: null });
    expect(await page.closed).toBe(1001);
    const second = await startFront('--tls', 'self-signed');
    expect((await ask(`${second.url}/healthz`, ca)).fingerprint).toBe(fingerprint);
  });

  it.each([
    [['--tls-cert', 'cert.pem'], /belong together/],
    [['--tls-cert', 'none.pem', '--tls-key', 'none.pem'], /none\.pem cannot be read/],
    [['--tls', 'yes'], /expected one of self-signed/],
    [['--ice-servers', 'turn:ana:t0psecret'], /^front: --ice-servers cannot be read: expected servers such as/],
    [['--guests', 'maybe'], /expected one of yes, no/],
  ])('and the rest of the settings end with one line and status 2 where they are wrong: %j (seed 1.14)', async (args, expected) => {
    const { code, lines } = await refusal(args);
    expect(code).toBe(2);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(expected);
    expect(lines[0]).not.toContain('t0psecret');
  });
});
