/**
 * A front for the page alone: it speaks docs/people.md's HTTP and WebSocket, from canned data in memory, with no SIP and
 * no other service behind it. For looking at the page in every state, however rare.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { WebSocketServer } from 'ws';
import type { WebSocket } from 'ws';
import { dist } from '../paths.ts';
import { CALLS, PEOPLE, ROOMS, RUNNING, STREAMERS } from './canned.ts';
import type { CannedRoom } from './canned.ts';

interface CannedUser {
  id: string;
  email: string;
  first_name: string;
  last_name: string;
  password: string;
  operator: boolean;
}

export interface FakeFrontOptions {
  /** Nobody and nothing is there. */
  readonly empty?: boolean;
  readonly guests?: boolean;
}

const TYPES: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.svg': 'image/svg+xml' };
const LIFETIME_SECONDS = 900;

class Refusal extends Error {
  readonly status: number;
  readonly id: string;

  constructor(status: number, id: string) {
    super(id);
    this.status = status;
    this.id = id;
  }
}

type Body = Record<string, unknown>;
type Answer = { status?: number; body?: unknown; cookie?: string };
type Route = (body: Body, request: IncomingMessage, address: URL) => Answer;

export class FakeFront {
  readonly users: CannedUser[] = [{ id: 'u1', email: 'ana@example.org', first_name: 'Ana', last_name: 'Boes', password: 'correct horse', operator: true }];
  rooms: CannedRoom[];
  people: { name: string; busy: boolean }[];
  readonly #options: FakeFrontOptions;
  readonly #server: Server;
  readonly #sockets = new Set<WebSocket>();

  constructor(options: FakeFrontOptions = {}) {
    this.#options = options;
    this.rooms = options.empty ? [] : ROOMS.map((room) => ({ ...room }));
    this.people = options.empty ? [] : [...PEOPLE];
    this.#server = createServer((request, response) => void this.#serve(request, response));
    const sockets = new WebSocketServer({ server: this.#server });
    sockets.on('connection', (socket) => this.#attach(socket));
  }

  async listen(port = 0): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(port, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  /** Tells every page something. */
  tell(message: object): void {
    for (const socket of this.#sockets) socket.send(JSON.stringify(message));
  }

  #attach(socket: WebSocket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    const send = (message: object): void => socket.send(JSON.stringify(message));
    socket.on('message', (data: Buffer) => {
      const { type, id } = JSON.parse(data.toString()) as Body;
      send(type === 'ping' ? { type: 'pong' } : { type: 'error', id, error: 'unknown-person', message: 'There is nobody to call in this front.' });
    });
    send({ type: 'signaling', state: 'up' });
    send({ type: 'streamers', streamers: this.#options.empty ? [] : STREAMERS });
    send({ type: 'people', people: this.people });
    send({ type: 'occupancy', rooms: this.rooms.filter(({ members }) => members.length > 0).map(({ id, members }) => ({ id, members })) });
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? '/', 'http://front.invalid');
    const route = this.#route(request.method ?? 'GET', address.pathname);
    if (!route) return sendFile(address.pathname, response);
    let text = '';
    for await (const chunk of request) text += String(chunk);
    let answer: Answer;
    try {
      answer = route(text === '' ? {} : (JSON.parse(text) as Body), request, address);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      answer = { status: error.status, body: { error: error.id, message: `Refused: ${error.id}.` } };
    }
    const { status = 200, body = {}, cookie } = answer;
    response.writeHead(status, { 'content-type': 'application/json', ...(cookie !== undefined && { 'set-cookie': `refresh=${cookie}; HttpOnly; SameSite=Strict; Path=/` }) });
    response.end(status === 204 ? undefined : JSON.stringify(body));
  }

  #route(method: string, path: string): Route | undefined {
    const id = /^\/rooms\/([^/]+)\/$/.exec(path)?.[1];
    if (id !== undefined) return this.#roomRoute(method, decodeURIComponent(id));
    const routes: Readonly<Record<string, Route>> = {
      'POST /register': ({ name }, request) => ({ body: { request: name === 'Bo' ? 'denied' : 'accepted', name: this.#who(request) ? fullName(this.#me(request)) : name } }),
      'POST /rename': ({ content }) => ({ body: { request: (content as Body)['to'] === 'Bo' ? 'denied' : 'accepted' } }),
      'POST /leave': () => ({}),
      'GET /settings': () => ({ body: { iceServers: [], guests: this.#options.guests ?? true, accounts: true } }),
      'GET /operator': () => ({ body: { operator: false } }),
      'POST /user/create/': (body) => this.#create(body),
      'POST /token/': ({ email, password }) => {
        const user = this.users.find((each) => each.email === email && each.password === password);
        if (!user) throw new Refusal(401, 'wrong-credentials');
        return tokens(user);
      },
      'POST /token/refresh/': (_body, request) => {
        const user = this.users.find(({ id: each }) => request.headers.cookie?.includes(`refresh=${each}`));
        if (!user) throw new Refusal(401, 'invalid-token');
        return tokens(user);
      },
      'POST /token/revoke/': () => ({ cookie: 'none' }),
      'GET /user/': (_body, request) => ({ body: userJson(this.#me(request)) }),
      'PATCH /user/': (body, request) => this.#changeUser(body, this.#me(request)),
      'GET /rooms/': (_body, request, { searchParams }) => ({ body: { rooms: this.#listed(this.#who(request), searchParams) } }),
      'POST /rooms/': (body, request) => this.#createRoom(body, this.#me(request)),
      ...Object.fromEntries(Object.entries(RUNNING).map(([what, entries]) => [`GET /operator/${what}/`, () => ({ body: { [what]: this.#options.empty ? [] : entries } })])),
      'GET /calls/': () => ({ body: { calls: this.#options.empty ? [] : CALLS } }),
    };
    return routes[`${method} ${path}`];
  }

  #roomRoute(method: string, id: string): Route {
    return (body, request) => {
      const room = this.rooms.find((each) => each.id === id);
      if (!room) throw new Refusal(404, 'unknown-room');
      if (method === 'GET') return { body: roomJson(room, this.#who(request)) };
      const me = this.#me(request);
      if (room.owner.id !== me.id && !me.operator) throw new Refusal(403, 'not-yours');
      if (method === 'DELETE') this.rooms = this.rooms.filter((each) => each !== room);
      else Object.assign(room, body);
      this.tell({ type: 'rooms', changed: true });
      return method === 'DELETE' ? { status: 204 } : { body: roomJson(room, me) };
    };
  }

  #listed(me: CannedUser | undefined, wanted: URLSearchParams): unknown[] {
    const search = (wanted.get('search') ?? '').toLowerCase();
    const key = wanted.get('order') === 'newest' ? 'created' : 'active';
    return this.rooms
      .filter(({ title, visibility, owner }) => title.toLowerCase().includes(search) && (visibility === 'public' || owner.id === me?.id || me?.operator === true))
      .sort((a, b) => b[key].localeCompare(a[key]))
      .map((room) => roomJson(room, me));
  }

  #createRoom(body: Body, me: CannedUser): Answer {
    if (this.rooms.some(({ title }) => title === body['title'])) throw new Refusal(409, 'title-taken');
    const now = new Date().toISOString();
    const room: CannedRoom = {
      id: crypto.randomUUID(), title: '', description: '', visibility: 'public', admission: 'open', password: '', guest_limit: null,
      ...(body as Partial<CannedRoom>), owner: { id: me.id, full_name: fullName(me) }, created: now, active: now, members: [],
    };
    this.rooms.unshift(room);
    this.tell({ type: 'rooms', changed: true });
    return { status: 201, body: roomJson(room, me) };
  }

  #create(body: Body): Answer {
    if (this.users.some(({ email }) => email === body['email'])) throw new Refusal(400, 'email-taken');
    const user: CannedUser = { id: `u${this.users.length + 10}`, operator: false, ...(body as Pick<CannedUser, 'email' | 'first_name' | 'last_name' | 'password'>) };
    this.users.push(user);
    return { ...tokens(user), status: 201 };
  }

  #changeUser({ password, new_password, ...names }: Body, me: CannedUser): Answer {
    if (new_password !== undefined && password !== me.password) throw new Refusal(401, 'wrong-credentials');
    Object.assign(me, names, new_password === undefined ? {} : { password: new_password });
    return { body: userJson(me) };
  }

  #who({ headers }: IncomingMessage): CannedUser | undefined {
    const token = headers.authorization?.replace(/^Bearer /, '').split('.')[2];
    return this.users.find(({ id }) => id === token);
  }

  #me(request: IncomingMessage): CannedUser {
    const user = this.#who(request);
    if (!user) throw new Refusal(401, 'invalid-token');
    return user;
  }
}

function fullName({ first_name, last_name }: CannedUser): string {
  return `${first_name} ${last_name}`.trim();
}

function userJson(user: CannedUser): object {
  const { id, email, first_name, last_name, operator } = user;
  return { id, email, first_name, last_name, full_name: fullName(user), operator };
}

function roomJson({ password, ...room }: CannedRoom, me: CannedUser | undefined): object {
  const mine = room.owner.id === me?.id;
  return { ...room, has_password: Boolean(password), mine, ...(mine && { key: `key-of-${room.id}` }) };
}

/** A token of this front names its user; only its times are looked at by the page. */
function tokens(user: CannedUser): Answer {
  const now = Math.floor(Date.now() / 1000);
  const claims = Buffer.from(JSON.stringify({ sub: user.id, iat: now, exp: now + LIFETIME_SECONDS })).toString('base64url');
  return { body: { access: `e30.${claims}.${user.id}`, refresh: user.id }, cookie: user.id };
}

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  const file = join(dist, 'front/public', path.includes('..') || path === '/' ? 'index.html' : path);
  const content = await readFile(file).catch(() => undefined);
  response.writeHead(content ? 200 : 404, { 'content-type': TYPES[extname(file)] ?? 'application/octet-stream' }).end(content);
}
