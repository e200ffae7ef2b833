/** A child process that leaves nothing behind: its output is kept, its end is awaited, and it dies with the test run. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { LineLog } from './line-log.ts';

/** After this long a process that was asked to end is killed. */
const END_LIMIT_MS = 10_000;

export interface ChildOptions {
  /** Names it in error messages. */
  name: string;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** Give it a process group of its own, which then gets every signal, as from a terminal's Ctrl-C. */
  ownGroup?: boolean;
  /** The network namespace to run in; this process's own unless given. */
  namespace?: string;
}

export interface ExitStatus {
  code: number | null;
  signal: NodeJS.Signals | null;
}

const alive = new Set<Child>();
process.once('exit', () => {
  for (const child of alive) child.killNow();
});

export class Child {
  readonly name: string;
  readonly log = new LineLog();
  /** Resolves when it has ended and all of its output was read. */
  readonly exited: Promise<ExitStatus>;
  readonly #process: ChildProcess;
  readonly #ownGroup: boolean;
  readonly #messages: unknown[] = [];

  constructor(command: string, args: readonly string[], { name, env, cwd, namespace, ownGroup = false }: ChildOptions) {
    this.name = name;
    this.#ownGroup = ownGroup;
    const [file, words] = namespace === undefined ? [command, args] : ['ip', ['netns', 'exec', namespace, command, ...args]];
    this.#process = spawn(file, words, { env: { ...process.env, ...env }, cwd, detached: ownGroup, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
    const { stdout, stderr } = this.#process;
    if (stdout !== null) this.log.follow(stdout, 'stdout');
    if (stderr !== null) this.log.follow(stderr, 'stderr');
    this.#process.on('message', (message) => this.#messages.push(message));
    this.#process.on('error', (error) => this.log.end(new Error(`${name} could not be started`, { cause: error })));
    this.exited = this.#awaitExit();
    alive.add(this);
  }

  /** Of a process that was started, also after its end. */
  get pid(): number {
    if (this.#process.pid === undefined) throw new Error(`${this.name} could not be started`);
    return this.#process.pid;
  }

  get hasExited(): boolean {
    return !alive.has(this);
  }

  /** The first message that matches, sent before or after this call; rejects when the process ends without one. */
  async message<Message>(matches: (message: unknown) => message is Message): Promise<Message> {
    for (;;) {
      const known = this.#messages.find(matches);
      if (known !== undefined) return known;
      if (this.hasExited) throw this.#endedError(await this.exited);
      await Promise.race([once(this.#process, 'message'), this.exited]);
    }
  }

  send(message: object): void {
    this.#process.send(message);
  }

  /** Sends a signal and waits for the process to end; kills it when it does not. */
  async end(signal: NodeJS.Signals = 'SIGTERM'): Promise<ExitStatus> {
    if (!this.hasExited) {
      this.signal(signal);
      const timer = setTimeout(() => this.killNow(), END_LIMIT_MS);
      await this.exited;
      clearTimeout(timer);
    }
    return this.exited;
  }

  /** Sends a signal and returns at once. */
  signal(signal: NodeJS.Signals): void {
    if (!this.#ownGroup) this.#process.kill(signal);
    else if (!this.hasExited) process.kill(-this.pid, signal);
  }

  killNow(): void {
    this.signal('SIGKILL');
  }

  async #awaitExit(): Promise<ExitStatus> {
    const status = await new Promise<ExitStatus>((resolve) => {
      this.#process.once('close', (code, signal) => resolve({ code, signal }));
      this.#process.once('error', () => resolve({ code: null, signal: null }));
    });
    alive.delete(this);
    this.log.end(this.#endedError(status));
    return status;
  }

  #endedError({ code, signal }: ExitStatus): Error {
    return new Error(`${this.name} ended with ${signal ?? code ?? 'no status'}; it said:\n${this.log.toString()}`);
  }
}
