/** A page's WebSocket as docs/people.md has it, for programs that run for hours: nothing of what it is told is kept. */
import { once } from 'node:events';
import { WebSocket } from 'ws';
import type { Client } from '../../support/front/client.ts';

export type Message = Readonly<Record<string, unknown>>;

interface Present {
  readonly name: string;
  readonly busy: boolean;
}

/** SIP gives up after 32 s (RFC 3261, Timer B): whoever is not answered by then never will be. */
const ANSWER_LIMIT_MS = 40_000;
const OPEN_LIMIT_MS = 10_000;

/** The page was closed before the answer came. */
export class PageClosedError extends Error {}

export class UnansweredError extends Error {}

export class SoakPage {
  readonly client: Client;
  readonly #socket: WebSocket;
  readonly #asked = new Map<number, { readonly resolve: (answer: Message) => void; readonly reject: (error: Error) => void; readonly timer: NodeJS.Timeout }>();
  #requests = 0;
  #people: readonly Present[] = [];

  /** @param hears everything that is told and is no answer */
  static async open(client: Client, hears: (message: Message, page: SoakPage) => void): Promise<SoakPage> {
    const socket = new WebSocket(`${client.url.replace('http', 'ws')}/ws`, { headers: { cookie: client.cookie ?? '' }, handshakeTimeout: OPEN_LIMIT_MS });
    const page = new SoakPage(client, socket, hears);
    await once(socket, 'open');
    return page;
  }

  private constructor(client: Client, socket: WebSocket, hears: (message: Message, page: SoakPage) => void) {
    this.client = client;
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('close', () => {
      for (const { reject, timer } of this.#asked.values()) {
        clearTimeout(timer);
        reject(new PageClosedError('the page was closed'));
      }
      this.#asked.clear();
    });
    socket.on('message', (data: Buffer) => {
      const message = JSON.parse(data.toString()) as Message;
      if (message['type'] === 'people') this.#people = message['people'] as Present[];
      const asked = typeof message['id'] === 'number' ? this.#asked.get(message['id']) : undefined;
      if (!asked) {
        hears(message, this);
        return;
      }
      this.#asked.delete(message['id'] as number);
      clearTimeout(asked.timer);
      asked.resolve(message);
    });
  }

  get isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  /** Everybody else who is there. */
  get people(): readonly Present[] {
    return this.#people;
  }

  /**
   * Asks for something. @returns the reply or the error
   * @throws PageClosedError, UnansweredError
   */
  ask(type: string, body: object = {}): Promise<Message> {
    if (!this.isOpen) return Promise.reject(new PageClosedError('the page is closed'));
    const id = ++this.#requests;
    this.#socket.send(JSON.stringify({ type, id, ...body }));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#asked.delete(id);
        reject(new UnansweredError(`${type} was not answered in ${ANSWER_LIMIT_MS} ms`));
      }, ANSWER_LIMIT_MS);
      this.#asked.set(id, { resolve, reject, timer });
    });
  }

  close(): void {
    this.#socket.close();
  }

  /** Its connection breaks, without a word. */
  vanish(): void {
    this.#socket.terminate();
  }
}
