/** A real Redis for one test: on a free port of loopback, with its files in a folder of its own, durable at each write unless told otherwise. */

import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { freeTcpPort } from '../network/tcp-ports.ts';
import { scratchFolder } from '../paths.ts';
import { Child } from '../processes/child.ts';

const START_LIMIT_MS = 20_000;
const POLL_MS = 10;

export interface RedisOptions {
  /** Further settings, as `redis-server` takes them: `{ maxmemory: '10mb' }`; each goes before what is set here. */
  readonly config?: Readonly<Record<string, string>>;
  /** Wanted by clients, where it is given. */
  readonly password?: string;
  /** One that was free a moment ago unless given. */
  readonly port?: number;
}

export class RedisServer {
  readonly port: number;
  readonly #folder = scratchFolder('redis');
  readonly #config: Record<string, string>;
  readonly #password: string | undefined;
  #child: Child | undefined;

  private constructor(port: number, { config = {}, password }: RedisOptions) {
    this.port = port;
    this.#password = password;
    this.#config = {
      bind: '127.0.0.1',
      port: String(port),
      dir: this.#folder.path,
      appendonly: 'yes',
      appendfsync: 'always',
      save: '',
      ...(password === undefined ? {} : { requirepass: password }),
      ...config,
    };
  }

  /** Resolves when it answers. */
  static async start(options: RedisOptions = {}): Promise<RedisServer> {
    const server = await RedisServer.notStarted(options);
    await server.start();
    return server;
  }

  /** One that is away still: its port is known, and refuses. */
  static async notStarted(options: RedisOptions = {}): Promise<RedisServer> {
    return new RedisServer(options.port ?? (await freeTcpPort()), options);
  }

  /** What --directory takes. */
  get url(): string {
    return `redis://${this.#password === undefined ? '' : `:${encodeURIComponent(this.#password)}@`}127.0.0.1:${this.port}`;
  }

  /** Of the process that runs now. */
  get pid(): number {
    return this.#running.pid;
  }

  /** Starts it, or starts it again with what it has on disk; resolves when it answers. */
  async start(): Promise<void> {
    const args = Object.entries(this.#config).flatMap(([name, value]) => [`--${name}`, value]);
    this.#child = new Child('redis-server', args, { name: 'redis-server' });
    const limit = performance.now() + START_LIMIT_MS;
    while (!(await this.#answers())) {
      if (this.#child.hasExited) throw new Error(`redis-server ended at once; it said:\n${this.#child.log.toString()}`);
      if (performance.now() > limit) throw new Error(`redis-server did not answer within ${START_LIMIT_MS} ms`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** Ends it cleanly; what is on disk stays. */
  async stop(): Promise<void> {
    this.resume();
    await this.#child?.end('SIGTERM');
  }

  /** As by a power cut, apart from what the system has in its own memory. */
  async kill(): Promise<void> {
    await this.#child?.end('SIGKILL');
  }

  /** It says nothing any more, and holds its connections: as in a network that loses everything. */
  pause(): void {
    this.#running.signal('SIGSTOP');
  }

  resume(): void {
    if (this.#child?.hasExited === false) this.#child.signal('SIGCONT');
  }

  /** Killed, its disk lost, and started again. */
  async restartEmpty(): Promise<void> {
    await this.kill();
    this.#folder.remove();
    await mkdir(this.#folder.path, { recursive: true });
    await this.start();
  }

  /** Runs one command, with a connection of its own. @returns its reply as it stands on the wire, without the last line's end */
  async command(...words: readonly string[]): Promise<string> {
    const auth = this.#password === undefined ? [] : [['AUTH', this.#password]];
    const replies = await this.#exchange([...auth, words]);
    const reply = auth.length > 0 ? replies.slice(replies.indexOf('\r\n') + 2) : replies;
    if (reply.startsWith('-')) throw new Error(reply.slice(1).trim());
    return reply.trimEnd();
  }

  /** Ends it, and removes its folder. */
  async remove(): Promise<void> {
    await this.kill();
    this.#folder.remove();
  }

  get #running(): Child {
    if (!this.#child || this.#child.hasExited) throw new Error('redis-server does not run');
    return this.#child;
  }

  async #answers(): Promise<boolean> {
    try {
      return (await this.command('PING')) === '+PONG';
    } catch {
      // Refused, or loading still.
      return false;
    }
  }

  /** Sends the commands, and QUIT, and gives all that came until the other side closed, the answer to QUIT taken off. */
  async #exchange(commands: readonly (readonly string[])[]): Promise<string> {
    const socket = createConnection({ host: '127.0.0.1', port: this.port });
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    try {
      await once(socket, 'connect');
      socket.write([...commands, ['QUIT']].map(encode).join(''));
      await once(socket, 'close');
    } finally {
      socket.destroy();
    }
    return Buffer.concat(chunks).toString().replace(/\+OK\r\n$/, '');
  }
}

/** As the protocol writes a command: an array of strings. */
function encode(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
