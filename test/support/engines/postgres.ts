/** A PostgreSQL server of the test's own, as Debian packages it: in a scratch folder, on a port of its own, with passwords asked for. */
import { execFile } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';
import { freeTcpPort } from '../network/tcp-ports.ts';
import { scratchFolder } from '../paths.ts';
import { Child } from '../processes/child.ts';
import { lacksRoot, toolPath } from '../tools/system-tools.ts';
import { descendantsOf } from './descendants.ts';

const run = promisify(execFile);

const USER = 'sipcast';
/** With characters that a URL has to escape. */
const PASSWORD = 's3cret/ @:%';

/** The server refuses to run as root; Debian makes this user for it. */
const SYSTEM_USER = 'postgres';

/** A test's data need not outlive the machine: but for `durable`, nothing waits for the disk. */
const FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export interface PostgresOptions {
  /** Write as an operator's server does, so that what was acknowledged outlives a kill. */
  durable?: boolean;
  /** Further settings of postgresql.conf. */
  settings?: Readonly<Record<string, string>>;
}

export class PostgresServer {
  readonly port: number;
  readonly #folder: ReturnType<typeof scratchFolder>;
  readonly #settings: Readonly<Record<string, string>>;
  #child: Child;
  #databases = 0;

  private constructor(port: number, folder: ReturnType<typeof scratchFolder>, settings: Readonly<Record<string, string>>) {
    this.port = port;
    this.#folder = folder;
    this.#settings = settings;
    this.#child = this.#spawn();
  }

  /** Makes the files and starts; resolves when connections are accepted. */
  static async start({ durable = false, settings = {} }: PostgresOptions = {}): Promise<PostgresServer> {
    const folder = scratchFolder('postgres');
    await makeFiles(folder.path);
    const server = new PostgresServer(await freeTcpPort(), folder, { ...(durable ? {} : FAST), ...settings });
    await server.#accepting();
    return server;
  }

  /** The URL of a database, `postgres` unless given. @param password another one than the right one */
  url(database = 'postgres', { password = PASSWORD, user = USER }: { password?: string; user?: string } = {}): string {
    return `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${this.port}/${database}`;
  }

  get password(): string {
    return PASSWORD;
  }

  /** A new empty database. @returns its URL */
  async createDatabase(options = ''): Promise<string> {
    const name = `test_${process.pid}_${this.#databases++}`;
    await this.query(`CREATE DATABASE ${name} ${options}`);
    return this.url(name);
  }

  /** Drops a database, whoever is connected to it. @param url as createDatabase gave it */
  async dropDatabase(url: string): Promise<void> {
    await this.query(`DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
  }

  /** Asks as the superuser. */
  async query(text: string, url = this.url()): Promise<Record<string, unknown>[]> {
    const client = new pg.Client({ connectionString: url });
    // A server that is killed meanwhile says so to the query; the rest is of no interest.
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Record<string, unknown>>(text)).rows;
    } finally {
      await client.end();
    }
  }

  /** Lets connections end at once, and writes all to its files. */
  async stop(): Promise<void> {
    await this.#child.end('SIGINT');
  }

  /** As a crash of the machine would: the server and all of its processes are gone from one moment to the next. */
  async kill(): Promise<void> {
    for (const pid of this.#pids()) signal(pid, 'SIGKILL');
    await this.#child.exited;
  }

  /** Holds every process of it: connections stay open, and nobody answers. */
  pause(): void {
    for (const pid of this.#pids()) signal(pid, 'SIGSTOP');
  }

  resume(): void {
    for (const pid of this.#pids()) signal(pid, 'SIGCONT');
  }

  /** Starts again, at the same port with the same files. */
  async restart(): Promise<void> {
    this.#child = this.#spawn();
    await this.#accepting();
  }

  /** Ends it, and removes its files. */
  async remove(): Promise<void> {
    if (!this.#child.hasExited) {
      this.resume();
      await this.stop();
    }
    this.#folder.remove();
  }

  #spawn(): Child {
    const settings = { listen_addresses: '127.0.0.1', port: String(this.port), unix_socket_directories: '', shared_buffers: '16MB', max_connections: '60', ...this.#settings };
    const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const [command, ...words] = asServer([program('postgres'), '-D', join(this.#folder.path, 'data'), ...args]);
    return new Child(command, words, { name: 'postgres', cwd: this.#folder.path, env: { LC_ALL: 'C' } });
  }

  async #accepting(): Promise<void> {
    await this.#child.log.waitFor(({ text }) => text.includes('ready to accept connections'));
  }

  #pids(): number[] {
    return [this.#child.pid, ...descendantsOf(this.#child.pid)];
  }
}

async function makeFiles(folder: string): Promise<void> {
  const [data, passwordFile] = [join(folder, 'data'), join(folder, 'password')];
  mkdirSync(data, { mode: 0o700 });
  writeFileSync(passwordFile, `${PASSWORD}\n`);
  const owner = await serverIds();
  if (owner !== undefined) for (const path of [folder, data, passwordFile]) chownSync(path, owner.uid, owner.gid);
  const args = ['-D', data, '--no-sync', '--username', USER, '--pwfile', passwordFile, '--auth', 'scram-sha-256', '--encoding', 'UTF8', '--locale', 'C'];
  const [command, ...words] = asServer([program('initdb'), ...args]);
  await run(command, words, { cwd: folder });
}

function program(name: 'postgres' | 'initdb'): string {
  return join(dirname(toolPath('postgres')), name);
}

function asServer(command: [string, ...string[]]): [string, ...string[]] {
  return !lacksRoot() ? ['setpriv', `--reuid=${SYSTEM_USER}`, `--regid=${SYSTEM_USER}`, '--clear-groups', ...command] : command;
}

async function serverIds(): Promise<{ uid: number; gid: number } | undefined> {
  if (lacksRoot()) return undefined;
  const [uid, gid] = await Promise.all(['-u', '-g'].map(async (flag) => Number((await run('id', [flag, SYSTEM_USER])).stdout)));
  return { uid: uid ?? 0, gid: gid ?? 0 };
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    // A server's processes come and go.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
