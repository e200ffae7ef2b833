/** One service as a child process of the launcher. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { SHUTDOWN_LIMIT_MS } from '../cli/lifecycle.ts';
import type { ReadyMessage } from '../cli/lifecycle.ts';

/** The child ends itself within its own limit; only one that cannot is killed. */
const KILL_AFTER_MS = SHUTDOWN_LIMIT_MS + 1_000;

export class Launched {
  readonly service: string;
  /** Where it can be reached, by purpose; rejects when it ends before it is ready. */
  readonly ready: Promise<Record<string, string>>;
  /** How it ended: its exit status, or the signal's name. */
  readonly ended: Promise<number | string>;
  readonly #child: ChildProcess;

  /**
   * Its output goes where the launcher's goes; each log line carries the service's name. In a process group of its own:
   * a Ctrl-C reaches the launcher alone, which then ends the services in their order.
   */
  constructor(service: string, args: readonly string[], env: NodeJS.ProcessEnv) {
    this.service = service;
    const main = fileURLToPath(new URL(`../../${service}/main.js`, import.meta.url));
    this.#child = fork(main, args, { env, detached: true, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    this.ended = new Promise((resolve) => {
      this.#child.once('error', (error) => resolve(error.message));
      this.#child.once('exit', (code, signal) => resolve(signal ?? code ?? 0));
    });
    this.ready = new Promise((resolve, reject) => {
      this.#child.on('message', (message: ReadyMessage) => resolve(message.addresses));
      void this.ended.then((how) => reject(new Error(`${service} ended before it was ready (${how})`)));
    });
    this.ready.catch(() => undefined);
  }

  /** Asks it to end when nobody needs it any more; resolves when it has. */
  async drain(): Promise<void> {
    this.#child.kill('SIGTERM');
    await this.ended;
  }

  /** Asks it to end, also when it waits for somebody, and waits until it has. */
  async stop(): Promise<void> {
    this.#child.kill('SIGTERM');
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), KILL_AFTER_MS);
    await this.ended;
    clearTimeout(timer);
  }
}
