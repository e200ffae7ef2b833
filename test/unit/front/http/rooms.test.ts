import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { anyText, someText } from '../../../support/front/expectations.ts';
import { CHEAP, Member } from '../../../support/front/member.ts';
import { startFront } from '../../../support/front/start-front.ts';
import type { RunningFront } from '../../../support/front/start-front.ts';

let front: RunningFront;
let nobody: Member;
let ana: Member;
let bo: Member;
let boss: Member;
let count = 0;

beforeAll(async () => {
  front = await startFront({ requestsPerMinute: 0, passwordCost: CHEAP, operatorEmails: ['boss@example.org'] });
  nobody = new Member(front.url);
  [ana, bo, boss] = (await Promise.all(['ana', 'bo', 'boss'].map((name) => Member.create(front.url, name)))) as [Member, Member, Member];
});
afterAll(() => front.close());

const title = () => `room ${count++}`;

async function listed(query: string, asker = nobody): Promise<Record<string, unknown>[]> {
  const { status, body } = await asker.send('GET', `/rooms/${query}`);
  expect(status).toBe(200);
  return body['rooms'] as Record<string, unknown>[];
}

const search = async (text: string) => (await listed(`?search=${encodeURIComponent(text)}`)).map((room) => room['title']);

describe('POST /rooms/', () => {
  it('needs an account (seed 3.7)', async () => {
    expect(await nobody.send('POST', '/rooms/', { title: title() })).toMatchObject({ status: 401, body: { error: 'sign-in-required' } });
  });

  it('makes a room of a title alone (seeds 2.1, 3.7)', async () => {
    const name = title();
    const answer = await ana.send('POST', '/rooms/', { title: name });
    expect(answer.status).toBe(201);
    expect(answer.body).toEqual({
      id: anyText, key: anyText, title: name, description: '', visibility: 'public', admission: 'open', has_password: false, guest_limit: null,
      owner: { id: anyText, full_name: 'ana Núñez' }, created: anyText, active: anyText, members: [], mine: true,
    });
    expect(new Date(String(answer.body['created'])).getTime()).toBeGreaterThan(Date.now() - 60_000);
  });

  it('makes one with all that can be said (seeds 2.3, 2.4, 3.7)', async () => {
    const room = { title: title(), description: 'Line one\nline two', visibility: 'private', admission: 'invite-only', password: 'sugar', guest_limit: 5 };
    expect((await ana.send('POST', '/rooms/', room)).body).toMatchObject({
      description: 'Line one\nline two', visibility: 'private', admission: 'invite-only', has_password: true, guest_limit: 5,
    });
  });

  it('refuses a taken title with 409, whatever the case (seed 2.1)', async () => {
    const name = title();
    await ana.room(name);
    expect(await bo.send('POST', '/rooms/', { title: name.toUpperCase() })).toMatchObject({ status: 409, body: { error: 'title-taken', message: someText } });
  });

  it.each([
    ['no title', {}], ['an empty title', { title: '' }], ['a blank title', { title: ' \t ' }], ['a title of 201 characters', { title: 'x'.repeat(201) }], ['a title of 10 kB', { title: 'x'.repeat(10_240) }],
    ['a title that is no text', { title: { a: 1 } }], ['a title with a line feed', { title: 'a\nb' }], ['a title that turns round', { title: 'a\u202Eb' }], ['a title with a null', { title: 'a\0b' }],
    ['a description of 2001 characters', { description: 'x'.repeat(2001) }], ['a description that turns round', { description: 'a\u2067b' }],
    ['a visibility that there is not', { visibility: 'secret' }], ['an admission that there is not', { admission: 'closed' }],
    ['a limit of one', { guest_limit: 1 }], ['a limit of 101', { guest_limit: 101 }], ['a limit of two and a half', { guest_limit: 2.5 }], ['a limit that is a text', { guest_limit: '3' }],
    ['a password of 10 kB', { password: 'x'.repeat(10_240) }], ['an empty password', { password: '' }], ['a password that is no text', { password: 7 }],
  ])('refuses %s with 400 (seeds 3.7, 3.20)', async (_what, more) => {
    const body = 'title' in more || Object.keys(more).length === 0 ? more : { title: title(), ...more };
    expect(await ana.send('POST', '/rooms/', body)).toMatchObject({ status: 400, body: { error: 'malformed-request', message: someText } });
  });

  it.each(['x'.repeat(200), '😀'.repeat(200), '<script>alert(1)</script>', '"; DROP TABLE rooms; --', '../../etc/passwd', '%00', '__proto__'])('takes the title %.40j as it is (seed 3.20)', async (name) => {
    const { id } = await ana.room(name);
    expect((await nobody.send('GET', `/rooms/${id}/`)).body['title']).toBe(name);
  });
});

describe('GET /rooms/', () => {
  it('lists rooms without an account, the newest first (seeds 3.5, 3.19)', async () => {
    const names = [title(), title(), title()];
    for (const name of names) await ana.room(name);
    expect((await listed('')).slice(0, 3).map((room) => room['title'])).toEqual(names.reverse());
    expect((await listed('')).every((room) => room['mine'] === false && !('key' in room))).toBe(true);
  });

  it('finds titles whatever the case, and takes no character for another (seed 3.6)', async () => {
    await ana.room('Tortenstück 100%');
    await ana.room('TORTENSTÜCK_2');
    expect((await search('tortenSTÜCK')).sort()).toEqual(['TORTENSTÜCK_2', 'Tortenstück 100%']);
    expect(await search('stück 100%')).toEqual(['Tortenstück 100%']);
    expect(await search('stück_')).toEqual(['TORTENSTÜCK_2']);
    expect(await search('torten%')).toEqual([]);
    expect(await search('x'.repeat(200))).not.toContain('Tortenstück 100%');
  });

  it('shows private rooms to their owner and to operators only (seed 2.2)', async () => {
    const { id } = await ana.room(title(), { visibility: 'private' });
    const shows = async (asker: Member) => (await listed('', asker)).some((room) => room['id'] === id);
    expect(await Promise.all([nobody, bo, ana, boss].map(shows))).toEqual([false, false, true, true]);
    expect((await nobody.send('GET', `/rooms/${id}/`)).status).toBe(200);
  });

  it('gives a hundred at a time and says where the next begin', async () => {
    const few = await nobody.send('GET', '/rooms/?limit=2&order=active');
    expect(few.body).toMatchObject({ rooms: [{}, {}], next: 2 });
    const further = await nobody.send('GET', '/rooms/?limit=2&offset=2&order=active');
    expect((further.body['rooms'] as { id: string }[])[0]?.id).not.toBe((few.body['rooms'] as { id: string }[])[0]?.id);
    expect((await nobody.send('GET', '/rooms/?offset=100000')).body).toEqual({ rooms: [] });
  });

  it.each(['limit=0', 'limit=101', 'limit=x', 'offset=-1', 'offset=1e9', 'order=oldest', 'search=a&search=b', `search=${'x'.repeat(401)}`])('refuses ?%.30s with 400', async (query) => {
    expect((await nobody.send('GET', `/rooms/?${query}`)).status).toBe(400);
  });
});

describe('/rooms/<id>/', () => {
  it('is 404 where there is no such room (seeds 2.5, 3.8, 3.9)', async () => {
    for (const id of ['none', '%00', '..%2F..%2Fetc', 'x'.repeat(5000), "'%20OR%201=1"]) {
      expect((await nobody.send('GET', `/rooms/${id}/`)).body['error']).toBe('unknown-room');
      expect((await ana.send('PATCH', `/rooms/${id}/`, {})).body['error']).toBe('unknown-room');
      expect((await ana.send('DELETE', `/rooms/${id}/`)).status).toBe(404);
    }
  });

  it('is changed by the owner, and by nobody else (seed 3.9)', async () => {
    const { id, key } = await ana.room(title());
    const path = `/rooms/${id}/`;
    const name = title();
    expect((await nobody.send('PATCH', path, { title: name })).status).toBe(401);
    expect(await bo.send('PATCH', path, { title: name })).toMatchObject({ status: 403, body: { error: 'not-yours' } });
    expect((await boss.send('PATCH', path, { title: name })).status).toBe(403);
    expect(await ana.send('PATCH', path, { title: name, admission: 'invite-only', guest_limit: 3 })).toMatchObject({ status: 200, body: { id, key, title: name, guest_limit: 3 } });
    expect((await ana.send('PATCH', path, { title: '' })).status).toBe(400);
    expect((await ana.send('PATCH', path, { id: 'mine', key: 'mine', owner: 'bo', created: 'now' })).body).toMatchObject({ id, key, title: name, mine: true });
  });

  it('is removed by the owner or an operator; others are refused and the room is kept (seeds 3.8, 3.19)', async () => {
    const rooms = [await ana.room(title()), await ana.room(title())];
    const [path, another] = rooms.map(({ id }) => `/rooms/${id}/`) as [string, string];
    expect((await nobody.send('DELETE', path)).status).toBe(401);
    expect(await bo.send('DELETE', path)).toMatchObject({ status: 403, body: { error: 'not-yours' } });
    expect((await nobody.send('GET', path)).status).toBe(200);
    expect((await ana.send('DELETE', path)).status).toBe(204);
    expect((await boss.send('DELETE', another)).status).toBe(204);
    expect((await nobody.send('GET', path)).status).toBe(404);
    expect((await ana.send('DELETE', path)).status).toBe(404);
  });

  it('shows the key to the owner only (seeds 3.10, 3.11)', async () => {
    const { id, key } = await ana.room(title(), { admission: 'invite-only' });
    expect((await ana.send('GET', `/rooms/${id}/`)).body['key']).toBe(key);
    for (const asker of [nobody, bo, boss]) expect(JSON.stringify((await asker.send('GET', `/rooms/${id}/`)).body)).not.toContain(key);
  });

  it('is changed by pages of this server only (seed 3.20)', async () => {
    const { id } = await ana.room(title());
    for (const [method, path] of [['POST', '/rooms/'], ['PATCH', `/rooms/${id}/`], ['DELETE', `/rooms/${id}/`], ['PATCH', '/user/']] as const) {
      expect(await ana.send(method, path, {}, { headers: { origin: 'https://evil.example' } })).toMatchObject({ status: 403, body: { error: 'foreign-origin' } });
    }
  });

  it('takes no other method', async () => {
    const answer = await ana.send('PUT', '/rooms/x/', {});
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD, PATCH, DELETE']);
  });
});

describe('a hundred rooms', () => {
  it('are enough for one account: 429 from then on (seed 3.20)', async () => {
    const eve = await Member.create(front.url, 'eve');
    const answers = await Promise.all(Array.from({ length: 110 }, () => eve.send('POST', '/rooms/', { title: title() })));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(100);
    const refused = answers.filter(({ status }) => status === 429);
    expect(refused.map(({ body }) => body['error'])).toEqual(new Array(10).fill('too-many-rooms'));
  });
});
