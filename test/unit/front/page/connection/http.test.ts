import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Accounts } from '../../../../../front/page/src/connection/accounts.ts';
import { failureOf } from '../../../../../front/page/src/connection/failure.ts';
import { RoomsApi } from '../../../../../front/page/src/connection/rooms.ts';
import { fetchSettings } from '../../../../../front/page/src/connection/settings.ts';

interface Heard {
  readonly line: string;
  readonly bearer: string | undefined;
  readonly body: unknown;
}

describe('front’s interface of accounts and rooms', () => {
  let server: Server;
  let base: string;
  let answers: { status?: number; body?: unknown }[];
  let heard: Heard[];

  beforeEach(async () => {
    heard = [];
    answers = [];
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        heard.push({ line: `${request.method ?? ''} ${request.url ?? ''}`, bearer: request.headers.authorization, body: text === '' ? undefined : JSON.parse(text) });
        const { status = 200, body } = answers.shift() ?? {};
        response.writeHead(status).end(body === undefined ? '' : JSON.stringify(body));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const token = (claims: object): string => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.signature`;
  const user = { id: 'u1', email: 'ana@example.org', first_name: 'Ana', last_name: 'Boes', full_name: 'Ana Boes', operator: true };

  it('makes accounts, and knows how long their tokens live (seed 3.1)', async () => {
    const access = token({ iat: 1000, exp: 1900, name: 'Zoë' });
    answers = [{ status: 201, body: { access, refresh: 'r' } }];
    expect(await new Accounts({ fetch, base }).create({ email: 'ana@example.org', firstName: 'Ana', lastName: 'Boes', password: '12345678' })).toEqual({ token: access, lifetimeMs: 900_000 });
    expect(heard).toEqual([{ line: 'POST /user/create/', bearer: undefined, body: { email: 'ana@example.org', first_name: 'Ana', last_name: 'Boes', password: '12345678' } }]);
  });

  it('takes fifteen minutes for the life of a token that does not say', async () => {
    for (const access of ['opaque', token({}), token({ iat: 5, exp: 1 })]) {
      answers = [{ body: { access } }];
      expect((await new Accounts({ fetch, base }).refresh()).lifetimeMs).toBe(900_000);
    }
  });

  it('refuses wrong credentials by their identifier (seed 3.3)', async () => {
    answers = [{ status: 401, body: { error: 'wrong-credentials', message: 'E-mail or password is wrong.' } }];
    const failure = await new Accounts({ fetch, base }).signIn('a@b', 'x').catch((error: unknown) => failureOf(error));
    expect(failure).toEqual({ id: 'wrong-credentials', detail: 'E-mail or password is wrong.' });
  });

  it('tells of oneself, and changes names or the password', async () => {
    const accounts = new Accounts({ fetch, base });
    answers = [{ body: user }, { body: user }, { body: user }];
    expect(await accounts.user('t')).toEqual({ id: 'u1', email: 'ana@example.org', firstName: 'Ana', lastName: 'Boes', fullName: 'Ana Boes', operator: true });
    await accounts.change('t', { firstName: 'A', lastName: 'B' });
    await accounts.change('t', { password: 'old', newPassword: 'new' });
    expect(heard).toEqual([
      { line: 'GET /user/', bearer: 'Bearer t', body: undefined },
      { line: 'PATCH /user/', bearer: 'Bearer t', body: { first_name: 'A', last_name: 'B' } },
      { line: 'PATCH /user/', bearer: 'Bearer t', body: { password: 'old', new_password: 'new' } },
    ]);
  });

  it('lists rooms without an account, page by page, each room once (seed 3.5)', async () => {
    const page = (...ids: string[]): object[] => ids.map((id) => ({ id, title: id }));
    answers = [{ body: { rooms: page('a', 'b'), next: 2 } }, { body: { rooms: page('b', 'c') } }];
    const { rooms, hasMore } = await new RoomsApi({ fetch, base }).list({ search: 'ä&', order: 'newest', most: 100, bearer: undefined });
    expect(rooms.map(({ id }) => id)).toEqual(['a', 'b', 'c']);
    expect(hasMore).toBe(false);
    expect(heard.map(({ line, bearer }) => [line, bearer])).toEqual([
      ['GET /rooms/?search=%C3%A4%26&order=newest&limit=100&offset=0', undefined],
      ['GET /rooms/?search=%C3%A4%26&order=newest&limit=100&offset=2', undefined],
    ]);
  });

  it('stops listing at as many as were asked for', async () => {
    answers = [{ body: { rooms: [{ id: 'a' }], next: 100 } }];
    expect(await new RoomsApi({ fetch, base }).list({ search: '', order: 'active', most: 100, bearer: 't' })).toMatchObject({ hasMore: true });
    expect(heard).toHaveLength(1);
  });

  it('makes, changes and deletes rooms (seeds 3.7, 3.8)', async () => {
    const api = new RoomsApi({ fetch, base });
    const plan = { title: 'Tea', description: '', visibility: 'public', admission: 'open', password: undefined, guestLimit: null } as const;
    answers = [{ status: 201, body: { id: 'r', title: 'Tea', mine: true, key: 'k' } }, { body: { id: 'r', title: 'Tea' } }, { status: 204 }];
    expect(await api.create(plan, 't')).toMatchObject({ id: 'r', mine: true, key: 'k' });
    await api.change('r/1', { ...plan, password: null }, 't');
    await api.remove('r', 't');
    expect(heard.map(({ line, body }) => [line, body])).toEqual([
      ['POST /rooms/', { title: 'Tea', description: '', visibility: 'public', admission: 'open', guest_limit: null }],
      ['PATCH /rooms/r%2F1/', { title: 'Tea', description: '', visibility: 'public', admission: 'open', guest_limit: null, password: null }],
      ['DELETE /rooms/r/', undefined],
    ]);
  });

  it('shows and ends calls', async () => {
    const api = new RoomsApi({ fetch, base });
    answers = [{ body: { calls: [{ id: 'c', from: 'a', to: 'b', since: 't' }, { id: 'odd' }] } }, { status: 204 }];
    expect(await api.calls('t')).toEqual([{ id: 'c', from: 'a', to: 'b', since: 't' }]);
    await api.endCall('c', 't');
    expect(heard.at(-1)?.line).toBe('DELETE /calls/c/');
  });

  it('says what it allows', async () => {
    answers = [{ body: { guests: false, accounts: true, iceServers: [{ urls: 'stun:a' }, { urls: ['turn:b', 7], username: 'u', credential: 'c' }, { urls: [] }] } }];
    expect(await fetchSettings({ fetch, base })).toEqual({ guests: false, accounts: true, iceServers: [{ urls: ['stun:a'] }, { urls: ['turn:b'], username: 'u', credential: 'c' }] });
  });
});
