/**
 * Changes on their way to the engine, in their order. What somebody waits for is confirmed within a limit, or given up and never carried
 * out afterwards: the engine itself looks at the deadline. What nobody waits for is kept while the engine is away, and tried again.
 */

import type { Cancel, Clock } from '../../../shared/sip/timing/clock.ts';
import { DirectoryWriteError } from '../directory.ts';
import type { Condition } from './condition.ts';
import type { EngineClock } from './engine-clock.ts';
import { LinkLostError } from './link.ts';
import type { Link } from './link.ts';
import { HELD, LATE, WRITE_SCRIPT } from './write-script.ts';

/** What was refused by the engine itself (it is full, it only reads) is tried again after this long. */
const RETRY_MS = 1000;
const OK = 'ok ';

/** One change. */
export interface Job {
  /** Whether somebody waits. */
  readonly awaited: boolean;
  /** Whether it needs room: an engine that is full still removes. */
  readonly needsRoom: boolean;
  /** Keys and arguments of the script as they are now. @param deadline the engine's ms; undefined for none */
  command(deadline: number | undefined): { keys: readonly string[]; args: readonly string[] };
  /** It is in the engine. @param claim of the name's head, where it is a name's */
  done(claim: string): void;
  /** Another holds the name. */
  refused(): void;
  /** It is given up; only of what somebody waits for. */
  failed(error: DirectoryWriteError): void;
}

interface Pending {
  readonly job: Job;
  /** When it is given up, of our own monotonic clock; undefined for never. */
  readonly until: number | undefined;
  readonly cancel: Cancel | undefined;
  /** Whether it was sent at any time. */
  tried: boolean;
}

export interface OutboxOptions {
  readonly clock: Clock;
  readonly engineClock: EngineClock;
  readonly condition: Condition;
  /** How long whoever waits may wait, ms. */
  readonly limitMs: number;
  /** Measures how far the clocks are apart. */
  readonly measure: (link: Link) => Promise<void>;
  readonly onWrite: (milliseconds: number, succeeded: boolean) => void;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #waiting = new Map<Job, Pending>();
  readonly #sent = new Map<Job, Pending>();
  readonly #idle = new Set<() => void>();
  #link: Link | undefined;
  #awaySince: number;
  #cancelRetry: Cancel | undefined;
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#awaySince = options.clock.now();
  }

  /** Whether all is in the engine. */
  get empty(): boolean {
    return this.#waiting.size === 0 && this.#sent.size === 0;
  }

  /** Whether it has not been sent since it was submitted, or since it failed. */
  isWaiting(job: Job): boolean {
    return this.#waiting.has(job);
  }

  /** Whether the engine may have carried it out already, or be about to. */
  wasTried(job: Job): boolean {
    return (this.#waiting.get(job) ?? this.#sent.get(job))?.tried === true;
  }

  submit(job: Job): void {
    const { clock, limitMs } = this.#options;
    const now = clock.now();
    if (this.#closed || (job.awaited && !this.#link && now - this.#awaySince >= limitMs)) {
      if (job.awaited) job.failed(new DirectoryWriteError(this.#closed ? 'the directory is closed' : 'the engine of the directory is away'));
      return;
    }
    const until = job.awaited ? now + limitMs : undefined;
    const cancel = job.awaited ? clock.setTimeout(() => this.#giveUp(job), limitMs) : undefined;
    const pending: Pending = { job, until, cancel, tried: false };
    if (this.#link) this.#send(pending, this.#link);
    else this.#waiting.set(job, pending);
  }

  /** These go before all that waits. Nobody waits for them, and the engine is away. */
  prepend(jobs: readonly Job[]): void {
    const later = [...this.#waiting];
    this.#waiting.clear();
    for (const job of jobs) this.#waiting.set(job, { job, until: undefined, cancel: undefined, tried: false });
    for (const [job, pending] of later) this.#waiting.set(job, pending);
  }

  /** It need not be carried out any more. */
  withdraw(job: Job): void {
    this.#take(job);
    this.#settled();
  }

  /** The engine is there, and what it holds is known. */
  connected(link: Link): void {
    this.#link = link;
    this.#sendWaiting();
  }

  /** What was under way is sent again when it is back. */
  disconnected(): void {
    if (!this.#link) return;
    this.#link = undefined;
    this.#awaySince = this.#options.clock.now();
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    const later = [...this.#waiting];
    this.#waiting.clear();
    for (const [job, pending] of [...this.#sent, ...later]) this.#waiting.set(job, pending);
    this.#sent.clear();
  }

  /** Resolves when all is in the engine. @throws DirectoryWriteError after the limit, or at once where the engine is away */
  async flush(): Promise<void> {
    if (this.empty) return;
    if (!this.#link) throw new DirectoryWriteError('the engine of the directory is away: the latest changes are not in it');
    const { clock, limitMs } = this.#options;
    let cancel: Cancel | undefined;
    let settled: () => void = () => undefined;
    await new Promise<void>((resolve, reject) => {
      settled = resolve;
      this.#idle.add(settled);
      cancel = clock.setTimeout(() => reject(new DirectoryWriteError(`the engine of the directory did not confirm within ${limitMs} ms`)), limitMs);
    }).finally(() => {
      cancel?.();
      this.#idle.delete(settled);
    });
  }

  close(): void {
    this.#closed = true;
    this.#cancelRetry?.();
    for (const job of [...this.#waiting.keys(), ...this.#sent.keys()]) {
      this.#take(job);
      if (job.awaited) job.failed(new DirectoryWriteError('the directory is closed'));
    }
  }

  #send(pending: Pending, link: Link): void {
    const { job } = pending;
    this.#sent.set(job, pending);
    pending.tried = true;
    const { clock, engineClock, onWrite } = this.#options;
    const begun = clock.now();
    const deadline = pending.until === undefined ? undefined : engineClock.engine + pending.until - begun;
    const { keys, args } = job.command(deadline);
    link.script(WRITE_SCRIPT, keys, args).then(
      (answer) => {
        onWrite(clock.now() - begun, answer !== LATE);
        if (this.#link === link && this.#sent.get(job) === pending) this.#answered(pending, link, String(answer));
      },
      (error: unknown) => {
        onWrite(clock.now() - begun, false);
        if (!(error instanceof LinkLostError) && this.#link === link && this.#sent.get(job) === pending) this.#failed(pending, error);
      },
    );
  }

  #answered(pending: Pending, link: Link, answer: string): void {
    const { job } = pending;
    const { condition, measure } = this.#options;
    if (answer === LATE) {
      // It came in time by our own clock: one of the clocks was set.
      measure(link).then(
        () => {
          if (this.#link === link && this.#sent.get(job) === pending) this.#send(pending, link);
        },
        () => undefined,
      );
      return;
    }
    this.#take(job);
    if (job.needsRoom && answer !== HELD) condition.worked();
    if (answer === HELD) job.refused();
    else job.done(answer.slice(OK.length));
    this.#settled();
  }

  /** The engine has refused it. */
  #failed(pending: Pending, error: unknown): void {
    const { job } = pending;
    this.#options.condition.failed(error);
    this.#sent.delete(job);
    if (job.awaited) {
      pending.cancel?.();
      job.failed(new DirectoryWriteError(`the engine of the directory refuses: ${error instanceof Error ? error.message : String(error)}`, { cause: error }));
      this.#settled();
      return;
    }
    this.#waiting.set(job, pending);
    this.#cancelRetry ??= this.#options.clock.setTimeout(() => {
      this.#cancelRetry = undefined;
      this.#sendWaiting();
    }, RETRY_MS);
  }

  #giveUp(job: Job): void {
    const error = new DirectoryWriteError(`the engine of the directory did not confirm within ${this.#options.limitMs} ms`);
    if (this.#sent.has(job)) this.#options.condition.failed(error);
    this.#take(job);
    job.failed(error);
    this.#settled();
  }

  #sendWaiting(): void {
    const link = this.#link;
    if (!link) return;
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    for (const pending of waiting) this.#send(pending, link);
  }

  #take(job: Job): void {
    (this.#waiting.get(job) ?? this.#sent.get(job))?.cancel?.();
    this.#waiting.delete(job);
    this.#sent.delete(job);
  }

  #settled(): void {
    if (this.empty) for (const resolve of this.#idle) resolve();
  }
}
