/** The life of a service's process: start, readiness, signals, one bounded shutdown, and the exit status. */
import type { Logger } from '../log/logger.ts';
import { explainBindError } from './bind-error.ts';
import { EXIT_FAILURE, EXIT_USAGE, UsageError } from './usage-error.ts';

/** A service that takes longer to close is ended all the same. */
export const SHUTDOWN_LIMIT_MS = 5_000;

/** A SIGINT this soon after the first is the same Ctrl-C: the terminal sends it to all, and npm passes it on once more. */
const SAME_INTERRUPT_MS = 500;

export interface RunningService {
  /**
   * Takes nobody new and resolves when nobody is left, or when `signal` is aborted; called once at most, and before `close`.
   * A service without it has nobody to wait for.
   */
  drain?(signal: AbortSignal): Promise<void>;
  /** Ends the service cleanly; called once. */
  close(): Promise<void>;
  /** Where it can be reached, by purpose: `{ sip: '127.0.0.1:5060' }`, `{ http: 'http://127.0.0.1:8000/' }`. */
  addresses?: Record<string, string>;
}

/** What a service tells the process that started it, if that one listens. */
export interface ReadyMessage {
  type: 'ready';
  service: string;
  addresses: Record<string, string>;
}

/** One run of a service in this process. */
export class ServiceRun {
  readonly #name: string;
  readonly #log: Logger;
  readonly #drainMs: number;
  readonly #stop = new AbortController();
  #running: RunningService | undefined;
  #stopRequestedAt: number | undefined;
  #draining: AbortController | undefined;
  #closing = false;

  /** @param drainMs how long whoever is here may stay once it is asked to stop */
  constructor(name: string, { log, drainMs }: { log: Logger; drainMs: number }) {
    this.#name = name;
    this.#log = log;
    this.#drainMs = drainMs;
  }

  /** Starts the service and stays with it; returns once it is ready. Failures end the process. */
  async begin(start: (stopSignal: AbortSignal) => Promise<RunningService>): Promise<void> {
    this.#listen();
    try {
      this.#running = await start(this.#stop.signal);
    } catch (error) {
      if (this.#stop.signal.aborted) process.exit(0);
      this.#refuse(error);
    }
    if (this.#stop.signal.aborted) {
      await this.#close();
      return;
    }
    const addresses = this.#running.addresses ?? {};
    const listed = Object.entries(addresses).map(([purpose, address]) => ` ${purpose} ${address}`);
    this.#log.info({ event: 'ready', addresses }, `ready:${listed.join(',')}`);
    process.send?.({ type: 'ready', service: this.#name, addresses } satisfies ReadyMessage);
  }

  #listen(): void {
    process.on('SIGINT', () => {
      if (this.#stopRequestedAt === undefined) this.#requestStop('SIGINT');
      // A second Ctrl-C is from someone who does not want to wait.
      else if (performance.now() - this.#stopRequestedAt > SAME_INTERRUPT_MS) this.#hurry('SIGINT');
    });
    process.on('SIGTERM', () => this.#requestStop('SIGTERM'));
    process.on('SIGHUP', () => this.#requestStop('SIGHUP'));
    if (process.send !== undefined) process.on('disconnect', () => this.#requestStop('the launcher ended'));
    process.on('uncaughtException', (error) => this.#crash(error));
    process.on('unhandledRejection', (reason) => this.#crash(reason));
  }

  #requestStop(reason: string): void {
    if (this.#stopRequestedAt !== undefined) {
      this.#draining?.abort();
      return;
    }
    this.#stopRequestedAt = performance.now();
    this.#stop.abort();
    if (this.#drainMs > 0 && this.#running?.drain !== undefined) void this.#drain(reason, this.#running.drain.bind(this.#running));
    else this.#end(reason);
  }

  #hurry(reason: string): void {
    if (this.#draining === undefined) process.exit(EXIT_FAILURE);
    this.#stopRequestedAt = performance.now();
    this.#requestStop(reason);
  }

  async #drain(reason: string, drain: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const draining = (this.#draining = new AbortController());
    const timer = setTimeout(() => draining.abort(), this.#drainMs);
    this.#log.info(`draining (${reason}): whoever is here may stay for ${this.#drainMs / 1000} s`);
    await drain(draining.signal).catch((error: unknown) => this.#log.error({ err: error }, 'it could not be drained'));
    clearTimeout(timer);
    this.#draining = undefined;
    this.#end(draining.signal.aborted ? `${reason}, and nobody is waited for any longer` : `${reason}, and nobody is left`);
  }

  #end(reason: string): void {
    this.#log.info(`stopping (${reason})`);
    setTimeout(() => {
      this.#log.error(`not stopped within ${SHUTDOWN_LIMIT_MS} ms; ended all the same`);
      process.exit(EXIT_FAILURE);
    }, SHUTDOWN_LIMIT_MS).unref();
    if (this.#running !== undefined) void this.#close();
  }

  async #close(): Promise<void> {
    if (this.#closing) return;
    this.#closing = true;
    try {
      await this.#running?.close();
    } catch (error) {
      this.#log.error({ err: error }, 'the shutdown failed');
      process.exit(EXIT_FAILURE);
    }
    this.#log.info('stopped');
    process.exit(0);
  }

  #refuse(error: unknown): never {
    const explained = error instanceof UsageError ? error.message : explainBindError(error);
    if (explained === undefined) {
      this.#log.error({ err: error }, 'could not start');
      process.exit(EXIT_FAILURE);
    }
    process.stderr.write(`${this.#name}: ${explained}\n`);
    process.exit(EXIT_USAGE);
  }

  #crash(error: unknown): never {
    this.#log.error({ err: error }, 'a fault in the program; it ends here');
    process.exit(EXIT_FAILURE);
  }
}
