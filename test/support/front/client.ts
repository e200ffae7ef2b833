/** A viewer without a browser: the JSON interface and the WebSocket, with the cookie that proves his name. */
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { WebSocket } from 'ws';

/** What has not come by now will not. */
const HEARING_LIMIT_MS = 60_000;

export interface Answer {
  status: number;
  headers: Headers;
  body: Record<string, unknown>;
}

export class Client {
  readonly url: string;
  readonly name: string;
  cookie: string | undefined;

  constructor(url: string, name: string, cookie?: string) {
    this.url = url;
    this.name = name;
    this.cookie = cookie;
  }

  /** POSTs `{name, content}`; a cookie that comes back is kept. */
  async post(path: string, content: unknown = {}, init: RequestInit = {}): Promise<Answer> {
    return this.send(path, JSON.stringify({ name: this.name, content }), init);
  }

  /** POSTs whatever `body` holds. */
  async send(path: string, body: string | undefined, init: RequestInit = {}): Promise<Answer> {
    const headers = new Headers({ 'content-type': 'application/json', ...(this.cookie && { cookie: this.cookie }) });
    new Headers(init.headers).forEach((value, name) => headers.set(name, value));
    const response = await fetch(this.url + path, { method: 'POST', ...init, headers, ...(body === undefined ? {} : { body }) });
    const [cookie] = response.headers.getSetCookie();
    if (cookie !== undefined) this.cookie = cookie.split(';', 1)[0];
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: readJson(text) };
  }

  async register(): Promise<this> {
    const { body } = await this.post('/register');
    if (body['request'] !== 'accepted') throw new Error(`${this.name} was not accepted: ${JSON.stringify(body)}`);
    return this;
  }

  /** Registers, chooses `streamer` and posts `sdp`. */
  async watch(streamer: string, sdp: string, init: RequestInit = {}): Promise<Answer> {
    await this.register();
    const chosen = await this.post('/streamer', { streamer });
    if (chosen.status !== 200) return chosen;
    return this.post('/offer', { type: 'offer', sdp }, init);
  }

  /** Opens a page's WebSocket; rejects when the server refuses it. */
  async page(headers: Record<string, string> = {}, query = ''): Promise<Page> {
    const socket = new WebSocket(`${this.url.replace('http', 'ws')}/ws${query}`, { headers: { ...(this.cookie && { cookie: this.cookie }), ...headers } });
    const page = new Page(socket);
    await once(socket, 'open');
    return page;
  }
}

type Message = Record<string, unknown>;

/** What a page hears, in order; nothing is missed between two waits. */
export class Page {
  readonly socket: WebSocket;
  readonly #heard: Message[] = [];
  readonly #closed: Promise<number>;
  #wake = (): void => undefined;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      this.#heard.push(readJson(data.toString()));
      this.#wake();
    });
    this.#closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
  }

  /** The next message, from those not yet taken, that `fits`; earlier ones are dropped. */
  async next(fits: (message: Message) => boolean): Promise<Message> {
    const passed: Message[] = [];
    const done = new AbortController();
    const late = wait(HEARING_LIMIT_MS, true, { signal: done.signal, ref: false }).catch(() => false);
    try {
      for (;;) {
        for (let message = this.#heard.shift(); message; message = this.#heard.shift()) {
          if (fits(message)) return message;
          passed.push(message);
        }
        const woken = new Promise<false>((resolve) => (this.#wake = () => resolve(false)));
        if (await Promise.race([woken, late])) throw new Error(`the page did not hear what it waits for, but ${JSON.stringify(passed.slice(-3))}`);
      }
    } finally {
      done.abort();
    }
  }

  async nextOfType(type: string): Promise<Message> {
    return this.next((message) => message['type'] === type);
  }

  /** Resolves with the close code. */
  get closed(): Promise<number> {
    return this.#closed;
  }

  async close(): Promise<void> {
    this.socket.close();
    await this.#closed;
  }
}

function readJson(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { notJson: text };
  }
}
