/** A page of a person without a browser: asks front over a real WebSocket as docs/people.md says, and keeps what it is told. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { Client } from './client.ts';

type Message = Record<string, unknown>;

export class CallingPage {
  readonly name: string;
  readonly client: Client;
  readonly told: Message[] = [];
  readonly closed: Promise<number>;
  readonly #socket: WebSocket;
  readonly #waiting = new Set<() => void>();
  #requests = 0;

  /** Registers `name` at the front whose page is at `url`, or takes a client that has, and opens a page. */
  static async open(url: string, name: string, client?: Client): Promise<CallingPage> {
    const registered = client ?? (await new Client(url.replace(/\/$/, ''), name).register());
    const socket = new WebSocket(`${registered.url.replace('http', 'ws')}/ws`, { headers: { cookie: registered.cookie ?? '' } });
    const page = new CallingPage(registered, socket);
    await once(socket, 'open');
    return page;
  }

  private constructor(client: Client, socket: WebSocket) {
    this.client = client;
    this.name = client.name;
    this.#socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', resolve));
    socket.on('error', () => undefined);
    socket.on('message', (data: Buffer) => {
      this.told.push(JSON.parse(data.toString()) as Message);
      for (const wake of [...this.#waiting]) wake();
    });
  }

  /** Asks for something. @returns the reply or the error */
  async ask(type: string, body: object = {}): Promise<Message> {
    const id = ++this.#requests;
    this.send({ type, id, ...body });
    return this.until((message) => message['id'] === id);
  }

  send(message: object): void {
    this.#socket.send(JSON.stringify(message));
  }

  /** The first message that fits, of all that were and are told. */
  async until(fits: (message: Message) => boolean): Promise<Message> {
    for (;;) {
      const found = this.told.find(fits);
      if (found) return found;
      await new Promise<void>((resolve) => {
        const wake = (): void => {
          this.#waiting.delete(wake);
          resolve();
        };
        this.#waiting.add(wake);
      });
    }
  }

  /** The first message of a type about a call. */
  about(type: string, call: unknown): Promise<Message> {
    return this.until((message) => message['type'] === type && message['call'] === call);
  }

  /** Resolves when it was told that somebody is online. */
  async sees(name: string): Promise<void> {
    await this.until(({ type, people }) => type === 'people' && (people as { name: string }[]).some((person) => person.name === name));
  }

  of(type: string): Message[] {
    return this.told.filter((message) => message['type'] === type);
  }

  /** Its connection breaks, without a word. */
  vanish(): void {
    this.#socket.terminate();
  }

  async close(): Promise<void> {
    this.#socket.close();
    await this.closed;
  }
}
