import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RunningCall } from '../../../../front/calls/running-calls.ts';
import { Client } from '../../../support/front/client.ts';
import { CHEAP, Member } from '../../../support/front/member.ts';
import { startFront } from '../../../support/front/start-front.ts';
import type { RunningFront } from '../../../support/front/start-front.ts';

const ICE_SERVERS = [{ urls: 'stun:stun.example.org' }, { urls: 'turn:turn.example.org', username: 'u', credential: 'secret' }];

let front: RunningFront;
let calls: RunningCall[];
let count = 0;

beforeAll(async () => {
  front = await startFront({
    requestsPerMinute: 0,
    passwordCost: CHEAP,
    iceServers: ICE_SERVERS,
    operatorEmails: ['boss@example.org'],
    calls: {
      list: () => calls,
      end: (id) => {
        const known = calls.some((call) => call.id === id);
        calls = calls.filter((call) => call.id !== id);
        return known;
      },
    },
  });
});
afterAll(() => front.close());
afterEach(() => (calls = []));

const unused = () => `person ${count++}`;
const bearer = ({ access }: Member) => ({ headers: { authorization: `Bearer ${access}` } });

async function member(first: string, last: string): Promise<Member> {
  const who = new Member(front.url);
  await who.send('POST', '/user/create/', { email: `${count++}@example.org`, first_name: first, last_name: last, password: 'correct horse' });
  return who;
}

describe('POST /register with a token', () => {
  it('registers the account\'s full name, whatever name is asked for (seed 2.12)', async () => {
    const ana = await member('Ana', 'Núñez');
    const page = new Client(front.url, 'somebody else');
    const { status, body } = await page.post('/register', {}, bearer(ana));
    expect([status, body]).toEqual([200, { request: 'accepted', name: 'Ana Núñez' }]);
    expect((await new Client(front.url, 'Ana Núñez', page.cookie).post('/options')).status).toBe(200);
    expect((await new Client(front.url, 'Ana Núñez').post('/register')).body).toEqual({ request: 'denied' });
  });

  it('adds a number where the name is taken, and gives the same name again to the same browser', async () => {
    const bo = await member('Bo', 'Li');
    const tabs = [new Client(front.url, ''), new Client(front.url, ''), new Client(front.url, '')];
    const names = [];
    for (const tab of tabs) names.push((await tab.send('/register', '{"content":{}}', bearer(bo))).body['name']);
    expect(names).toEqual(['Bo Li', 'Bo Li 2', 'Bo Li 3']);
    expect((await tabs[1]!.send('/register', '{"content":{}}', bearer(bo))).body['name']).toBe('Bo Li 2');
  });

  it('shortens what is too long for a name', async () => {
    const long = await member('😀'.repeat(64), 'x'.repeat(64));
    const register = async () => (await new Client(front.url, '').post('/register', {}, bearer(long))).body['name'];
    expect(await register()).toBe('😀'.repeat(64));
    expect(await register()).toBe(`${'😀'.repeat(62)} 2`);
  });

  it('registers nobody by a token that does not hold (seed 3.13)', async () => {
    const gone = await member('Gone', 'Girl');
    await gone.send('POST', '/token/revoke/', { refresh: gone.refresh });
    for (const access of [gone.access, gone.refresh, 'nonsense', '']) {
      const page = new Client(front.url, unused());
      expect(await page.post('/register', {}, { headers: { authorization: `Bearer ${access}` } })).toMatchObject({ status: 401, body: { error: 'invalid-token' } });
      expect(page.cookie).toBeUndefined();
    }
  });
});

describe('a server without guests', () => {
  it('registers those who have signed in, and says so to the page', async () => {
    const strict = await startFront({ passwordCost: CHEAP, guests: false });
    const page = new Client(strict.url, 'ana');
    expect(await page.post('/register')).toMatchObject({ status: 401, body: { error: 'sign-in-required' } });
    expect(await (await fetch(`${strict.url}/settings`)).json()).toEqual({ iceServers: [], guests: false, accounts: true });
    const ana = await Member.create(strict.url, 'ana');
    expect((await page.post('/register', {}, bearer(ana))).body).toEqual({ request: 'accepted', name: 'ana Núñez' });
    await strict.close();
  });
});

describe('GET /settings', () => {
  it('shows STUN and TURN servers to those who are registered only (seed 1.14)', async () => {
    const settings = async (cookie?: string) => (await fetch(`${front.url}/settings`, cookie === undefined ? {} : { headers: { cookie } })).json();
    expect(await settings()).toEqual({ iceServers: [], guests: true, accounts: true });
    const page = await new Client(front.url, unused()).register();
    expect(await settings(page.cookie)).toEqual({ iceServers: ICE_SERVERS, guests: true, accounts: true });
    expect(await settings(`${page.cookie}x`)).toMatchObject({ iceServers: [] });
  });
});

describe('POST /rename', () => {
  it('gives the viewer another name; his page stays and hears of it (seed 2.12)', async () => {
    const page = await new Client(front.url, unused()).register();
    const socket = await page.page();
    const to = unused();
    expect((await page.post('/rename', { to })).body).toEqual({ request: 'accepted' });
    expect(await socket.nextOfType('renamed')).toEqual({ type: 'renamed', name: to });
    expect((await new Client(front.url, to, page.cookie).post('/options')).status).toBe(200);
    expect((await page.post('/options')).status).toBe(401);
    expect((await new Client(front.url, page.name).post('/register')).body).toEqual({ request: 'accepted' });
    await socket.close();
  });

  it('denies a name that somebody else has, and takes no bad one (seed 2.12)', async () => {
    const [one, two] = [await new Client(front.url, unused()).register(), await new Client(front.url, unused()).register()];
    expect((await one.post('/rename', { to: two.name })).body).toEqual({ request: 'denied' });
    expect((await one.post('/rename', { to: one.name })).body).toEqual({ request: 'accepted' });
    for (const to of ['', 'x'.repeat(65), 'a\u202Eb', 'room-1', 7, undefined]) expect((await one.post('/rename', { to })).status).toBe(400);
    expect((await new Client(front.url, one.name).post('/rename', { to: unused() })).status).toBe(401);
  });
});

describe('/calls/', () => {
  it('is for operators: they see the calls and end them (seed 3.19)', async () => {
    const [boss, ana] = [await Member.create(front.url, 'boss'), await Member.create(front.url, 'ana')];
    calls = [{ id: 'c1', from: 'ana', to: 'bo', sinceMs: Date.UTC(2030, 0, 1) }];
    expect((await new Member(front.url).send('GET', '/calls/')).status).toBe(401);
    expect(await ana.send('GET', '/calls/')).toMatchObject({ status: 403, body: { error: 'operators-only' } });
    expect((await ana.send('DELETE', '/calls/c1/')).status).toBe(403);
    expect((await boss.send('GET', '/calls/')).body).toEqual({ calls: [{ id: 'c1', from: 'ana', to: 'bo', since: '2030-01-01T00:00:00.000Z' }] });
    expect((await boss.send('DELETE', '/calls/c1/')).status).toBe(204);
    expect(await boss.send('DELETE', '/calls/c1/')).toMatchObject({ status: 404, body: { error: 'unknown-call' } });
    expect((await boss.send('GET', '/calls/')).body).toEqual({ calls: [] });
  });
});
