import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { IN_MEMORY, openSqliteStore } from '../../../../front/store/sqlite/sqlite-store.ts';
import { silentLogger } from '../../../../shared/log/logger.ts';
import type { Logger } from '../../../../shared/log/logger.ts';
import { anyText, someText } from '../../../support/front/expectations.ts';
import { CHEAP, claimsOf, Member, PASSWORD } from '../../../support/front/member.ts';
import { startFront } from '../../../support/front/start-front.ts';
import type { RunningFront } from '../../../support/front/start-front.ts';
import { settle } from '../../../support/sip/virtual-clock.ts';

let front: RunningFront;
let count = 0;

beforeAll(async () => {
  front = await startFront({ requestsPerMinute: 0, passwordCost: CHEAP, operatorEmails: ['boss@example.org'] });
});
afterAll(() => front.close());

const unused = () => `person${count++}`;
const creation = (more: Record<string, unknown> = {}) => ({ email: `${unused()}@example.org`, first_name: 'Ana', last_name: 'Núñez', password: PASSWORD, ...more });

const REFRESH_COOKIE = /^sipcast_refresh=([\w.-]+); Path=\/token\/; Max-Age=2592000; HttpOnly; SameSite=Strict$/;

function cookieIn(headers: Headers): string {
  return headers.getSetCookie()[0]?.split(';', 1)[0] ?? '';
}

describe('POST /user/create/', () => {
  it('makes an account and signs in (seed 3.1)', async () => {
    const answer = await new Member(front.url).send('POST', '/user/create/', creation({ email: ' Ana@Example.ORG ' }));
    expect(answer).toMatchObject({ status: 201, body: { refresh: anyText, access: anyText } });
    expect(claimsOf(String(answer.body['access']))).toMatchObject({ email: 'ana@example.org', full_name: 'Ana Núñez' });
    expect(answer.headers.get('set-cookie')).toMatch(REFRESH_COOKIE);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    const again = await new Member(front.url).send('POST', '/user/create/', creation({ email: 'ANA@example.org' }));
    expect(again).toMatchObject({ status: 400, body: { error: 'email-taken', message: someText } });
  });

  it.each([
    ['no e-mail', { email: undefined }], ['an e-mail without @', { email: 'ana' }], ['an e-mail of two', { email: 'a@b c@d' }],
    ['an e-mail with a line feed', { email: 'a@b\nBcc: c@d' }], ['an e-mail with a null', { email: 'a\0@b' }], ['an e-mail that turns round', { email: 'a\u202E@b' }],
    ['an e-mail of 10 kB', { email: `${'x'.repeat(10_240)}@example.org` }], ['an e-mail that is no text', { email: { $ne: '' } }],
    ['no first name', { first_name: '' }], ['a blank last name', { last_name: '  ' }], ['a name of zero width', { last_name: '\u200B\u200D' }],
    ['a name of 10 kB', { first_name: 'x'.repeat(10_240) }], ['a name of 65 characters', { last_name: 'x'.repeat(65) }],
    ['a name that turns round', { first_name: 'Ana\u202Egpj.exe' }], ['a name with a line feed', { first_name: 'Ana\r\nX: y' }], ['a name like a room', { first_name: 'room-1' }],
    ['a short password', { password: '1234567' }], ['a password of 10 kB', { password: 'x'.repeat(10_240) }], ['no password', { password: undefined }],
  ])('refuses %s with 400 and a reason (seeds 3.1, 3.2, 3.20)', async (_what, more) => {
    const answer = await new Member(front.url).send('POST', '/user/create/', creation(more));
    expect(answer).toMatchObject({ status: 400, body: { error: 'malformed-request', message: someText } });
    expect(String(answer.body['message']).length).toBeLessThan(200);
  });

  it('keeps names as they were typed, markup and all (seed 3.20)', async () => {
    const member = new Member(front.url);
    await member.send('POST', '/user/create/', creation({ first_name: '<img src=x onerror=alert(1)>', last_name: 'O\'Brien "; --' }));
    const { body, headers } = await member.send('GET', '/user/');
    expect(body['full_name']).toBe('<img src=x onerror=alert(1)> O\'Brien "; --');
    expect(headers.get('content-type')).toMatch(/^application\/json/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  it('lets nobody from elsewhere make an operator of himself (seed 3.20)', async () => {
    const stranger = await new Member(front.url).send('POST', '/user/create/', creation({ email: 'Boss@example.org' }), { headers: { 'x-forwarded-for': '192.0.2.9' } });
    expect(stranger).toMatchObject({ status: 403, body: { error: 'operators-only' } });
    const member = new Member(front.url);
    await member.send('POST', '/user/create/', creation({ email: 'boss@example.org' }));
    expect((await member.send('GET', '/user/')).body['operator']).toBe(true);
  });
});

describe('POST /token/', () => {
  it('gives a pair with a full name for the right password, 401 for a wrong one (seed 3.3)', async () => {
    const name = unused();
    await Member.create(front.url, name);
    const member = new Member(front.url);
    expect(await member.signIn(`${name.toUpperCase()}@example.org`)).toMatchObject({ status: 200, body: { refresh: anyText, access: anyText } });
    expect(claimsOf(member.access)).toMatchObject({ sub: anyText, email: `${name}@example.org`, full_name: `${name} Núñez`, operator: false });
    expect(await member.signIn(`${name}@example.org`, 'wrong horse')).toMatchObject({ status: 401, body: { error: 'wrong-credentials', message: someText } });
    expect(await member.signIn('nobody@example.org')).toMatchObject({ status: 401, body: { error: 'wrong-credentials' } });
  });

  it('answers 429 with Retry-After to who guesses (seed 3.20)', async () => {
    const name = unused();
    await Member.create(front.url, name);
    const answers = await Promise.all(Array.from({ length: 15 }, (_, index) => new Member(front.url).signIn(`${name}@example.org`, `guess ${index}`)));
    const limited = answers.filter(({ status }) => status === 429);
    expect(limited).toHaveLength(5);
    expect(Number(limited[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
  });
});

describe('POST /token/refresh/', () => {
  it('takes the token from the body (seed 3.4)', async () => {
    const member = await Member.create(front.url, unused());
    const first = member.refresh;
    expect(await member.send('POST', '/token/refresh/', { refresh: first })).toMatchObject({ status: 200, body: { refresh: anyText, access: anyText } });
    expect(member.refresh).not.toBe(first);
    expect(await member.send('GET', '/user/')).toMatchObject({ status: 200 });
  });

  it.each([['an empty object', {}], ['no body', undefined]])('takes it from the cookie where the body is %s (seed 3.4)', async (_what, body) => {
    const member = new Member(front.url);
    const { headers } = await member.send('POST', '/user/create/', creation());
    const answer = await new Member(front.url).send('POST', '/token/refresh/', body, { headers: { cookie: cookieIn(headers) } });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('set-cookie')).toMatch(REFRESH_COOKIE);
    expect(cookieIn(answer.headers)).toBe(`sipcast_refresh=${String(answer.body['refresh'])}`);
  });

  it('refuses what is none, and access tokens (seed 3.13)', async () => {
    const member = await Member.create(front.url, unused());
    for (const refresh of [member.access, 'nonsense', '', undefined]) {
      expect(await new Member(front.url).send('POST', '/token/refresh/', { refresh })).toMatchObject({ status: 401, body: { error: 'invalid-token' } });
    }
    expect(await new Member(front.url).send('POST', '/token/refresh/', { refresh: 7 })).toMatchObject({ status: 400 });
  });

  it('serves pages of this server only (seed 3.20)', async () => {
    const { headers } = await new Member(front.url).send('POST', '/user/create/', creation());
    const answer = await new Member(front.url).send('POST', '/token/refresh/', {}, { headers: { cookie: cookieIn(headers), origin: 'https://evil.example' } });
    expect(answer).toMatchObject({ status: 403, body: { error: 'foreign-origin' } });
  });
});

describe('POST /token/verify/ and /token/revoke/', () => {
  it('verify says 200 or 401 (seed 3.4)', async () => {
    const member = await Member.create(front.url, unused());
    const verify = async (token: unknown) => (await new Member(front.url).send('POST', '/token/verify/', { token })).status;
    expect(await verify(member.access)).toBe(200);
    expect(await verify(member.refresh)).toBe(200);
    expect(await verify(`${member.access.slice(0, -2)}xx`)).toBe(401);
    expect(await verify(7)).toBe(400);
  });

  it.each(['body', 'cookie'])('revoke signs out by the %s, and takes the cookie back', async (by) => {
    const member = await Member.create(front.url, unused());
    const given = by === 'body' ? ([{ refresh: member.refresh }] as const) : ([undefined, { headers: { cookie: `sipcast_refresh=${member.refresh}` } }] as const);
    const answer = await new Member(front.url).send('POST', '/token/revoke/', ...given);
    expect(answer).toMatchObject({ status: 200, body: {} });
    expect(answer.headers.get('set-cookie')).toMatch(/^sipcast_refresh=; Path=\/token\/; Max-Age=0;/);
    expect(await member.send('GET', '/user/')).toMatchObject({ status: 401, body: { error: 'invalid-token' } });
  });

  it('revoke signs out everywhere where that is asked for, and nobody else', async () => {
    const email = `${unused()}@example.org`;
    const [here, there, other] = [new Member(front.url), new Member(front.url), new Member(front.url)];
    await here.send('POST', '/user/create/', creation({ email }));
    await there.signIn(email);
    await other.send('POST', '/user/create/', creation());
    expect(await here.send('POST', '/token/revoke/', { refresh: here.refresh, everywhere: 'yes' })).toMatchObject({ status: 400 });
    expect(await here.send('POST', '/token/revoke/', { refresh: here.refresh, everywhere: true })).toMatchObject({ status: 200 });
    expect(await here.send('GET', '/user/')).toMatchObject({ status: 401 });
    expect(await there.send('GET', '/user/')).toMatchObject({ status: 401, body: { error: 'invalid-token' } });
    expect(await there.send('POST', '/token/refresh/', { refresh: there.refresh })).toMatchObject({ status: 401 });
    expect(await other.send('GET', '/user/')).toMatchObject({ status: 200 });
  });

  it('revoke is no error where nobody is signed in', async () => {
    expect(await new Member(front.url).send('POST', '/token/revoke/')).toMatchObject({ status: 200 });
  });
});

describe('/user/', () => {
  it('says who one is, to oneself only', async () => {
    const name = unused();
    const member = await Member.create(front.url, name);
    const { body } = await member.send('GET', '/user/');
    expect(body).toEqual({ id: claimsOf(member.access)['sub'], email: `${name}@example.org`, first_name: name, last_name: 'Núñez', full_name: `${name} Núñez`, operator: false });
    const nobody = await new Member(front.url).send('GET', '/user/');
    expect(nobody).toMatchObject({ status: 401, body: { error: 'sign-in-required' } });
    expect(nobody.headers.get('www-authenticate')).toBe('Bearer');
  });

  it('changes names and password', async () => {
    const name = unused();
    const member = await Member.create(front.url, name);
    expect(await member.send('PATCH', '/user/', { first_name: 'Anna' })).toMatchObject({ status: 200, body: { full_name: 'Anna Núñez' } });
    expect(await member.send('PATCH', '/user/', { password: 'wrong', new_password: 'battery staple' })).toMatchObject({ status: 401, body: { error: 'wrong-credentials' } });
    for (const body of [{ new_password: 'battery staple' }, { password: PASSWORD }, { password: PASSWORD, new_password: 'short' }, { first_name: '' }, []]) {
      expect(await member.send('PATCH', '/user/', body)).toMatchObject({ status: 400 });
    }
    expect(await member.send('PATCH', '/user/', { password: PASSWORD, new_password: 'battery staple' })).toMatchObject({ status: 200 });
    expect((await new Member(front.url).signIn(`${name}@example.org`)).status).toBe(401);
    expect((await new Member(front.url).signIn(`${name}@example.org`, 'battery staple')).status).toBe(200);
  });

  it('believes no token but its own (seeds 3.13, 3.20)', async () => {
    const other = await startFront({ passwordCost: CHEAP });
    const foreign = await Member.create(other.url, 'ana');
    for (const authorization of [`Bearer ${foreign.access}`, 'Bearer', 'Bearer x', `Bearer ${'x'.repeat(8000)}`]) {
      for (const [method, path] of [['GET', '/user/'], ['GET', '/rooms/'], ['PATCH', '/user/'], ['POST', '/rooms/'], ['GET', '/calls/']] as const) {
        const answer = await new Member(front.url).send(method, path, method === 'GET' ? undefined : {}, { headers: { authorization } });
        expect.soft(answer, `${method} ${path} ${authorization.slice(0, 20)}`).toMatchObject({ status: 401, body: { error: 'invalid-token' } });
      }
    }
    await other.close();
  });
});

describe('every one of them', () => {
  const posts = ['/user/create/', '/token/', '/token/refresh/', '/token/verify/', '/token/revoke/'];

  it.each(posts)('%s takes JSON objects by POST only', async (path) => {
    const send = async (body: string, type = 'application/json') => fetch(front.url + path, { method: 'POST', body, headers: { 'content-type': type } });
    for (const body of ['{', '[]', 'null', '7', '"text"']) expect.soft((await send(body)).status, body).toBeGreaterThanOrEqual(400);
    expect((await send('{}', 'text/html')).status).toBe(415);
    expect((await send(JSON.stringify({ filler: 'x'.repeat(65 * 1024) }))).status).toBe(413);
    const get = await fetch(front.url + path);
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST']);
  });
});

describe('making accounts', () => {
  it('is limited for each address (seed 3.20)', async () => {
    const strict = await startFront({ passwordCost: CHEAP });
    const answers = await Promise.all(Array.from({ length: 30 }, () => new Member(strict.url).send('POST', '/user/create/', creation())));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(20);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(10);
    await strict.close();
  });
});

describe('a server that stops', () => {
  it('has nothing to complain of, whoever signs in at that moment', async () => {
    const complaints: string[] = [];
    const complain = (...args: unknown[]) => void complaints.push(JSON.stringify(args));
    const log: Logger = { ...silentLogger, warn: complain, error: complain };
    const store = openSqliteStore(IN_MEMORY);
    const stopping = await startFront({ requestsPerMinute: 0, passwordCost: CHEAP, store, log });
    let stop = (): void => undefined;
    const stopped = new Promise<void>((resolve) => (stop = resolve));
    const add = store.accounts.add.bind(store.accounts);
    // As if the hash of the password took longer than the server waits for whoever is still being served.
    const late = vi.spyOn(store.accounts, 'add').mockImplementation((account) => stopped.then(() => add(account)));
    const asked = new Member(stopping.url).send('POST', '/user/create/', creation()).catch(() => 'cut off');
    await vi.waitUntil(() => late.mock.calls.length > 0);
    await stopping.close();
    expect(await asked).toBe('cut off');
    stop();
    await expect(late.mock.results[0]?.value).rejects.toThrow('closed');
    await settle();
    expect(complaints.filter((line) => !line.includes('signaling'))).toEqual([]);
  });
});
