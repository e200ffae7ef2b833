/**
 * Changes on their way to the engine, in their order: one batch is under way at a time, and what comes meanwhile goes together in the next. What somebody waits for is confirmed within a limit, or given up and never carried
 * out afterwards: the engine itself looks at the deadline. What nobody waits for is kept while the engine is away, and tried again.
 */

import type { Cancel, Clock } from '../../../shared/sip/timing/clock.ts';
import { DirectoryWriteError } from '../directory.ts';
import type { Condition } from './condition.ts';
import type { EngineClock } from './engine-clock.ts';
import { LinkLostError } from './link.ts';
import type { Link, ScriptCall } from './link.ts';
import { HELD, LATE, WRITE_SCRIPT } from './write-script.ts';

/** What was refused by the engine itself (it is full, it only reads) is tried again after this long. */
const RETRY_MS = 1000;
/** Changes in one batch: the engine does nothing else while it carries them out. */
const MAX_BATCH = 256;
const OK = 'ok ';

/** One change. */
export interface Job {
  /** Whether somebody waits. */
  readonly awaited: boolean;
  /** Whether it needs room: an engine that is full still removes. */
  readonly needsRoom: boolean;
  /** Keys and arguments of the script as they are now. @param deadline the engine's ms; undefined for none */
  command(deadline: number | undefined): ScriptCall;
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
  /** Refused by the engine, and to be tried again after a while. */
  readonly #refused = new Map<Job, Pending>();
  readonly #idle = new Set<() => void>();
  #link: Link | undefined;
  #awaySince: number;
  #cancelRetry: Cancel | undefined;
  #scheduled = false;
  #closed = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#awaySince = options.clock.now();
  }

  /** Whether all is in the engine. */
  get empty(): boolean {
    return this.#waiting.size === 0 && this.#sent.size === 0 && this.#refused.size === 0;
  }

  /** Whether it has not been sent since it was submitted, or since it failed. */
  isWaiting(job: Job): boolean {
    return this.#waiting.has(job) || this.#refused.has(job);
  }

  /** Whether the engine may have carried it out already, or be about to. */
  wasTried(job: Job): boolean {
    return this.#find(job)?.tried === true;
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
    this.#waiting.set(job, { job, until, cancel, tried: false });
    this.#schedule();
  }

  /** These go before all that waits. Nobody waits for them, and the engine is away. */
  prepend(jobs: readonly Job[]): void {
    this.#putFirst(jobs.map((job) => [job, { job, until: undefined, cancel: undefined, tried: false }]));
  }

  /** It need not be carried out any more. */
  withdraw(job: Job): void {
    this.#take(job);
    this.#settled();
  }

  /** The engine is there, and what it holds is known. */
  connected(link: Link): void {
    this.#link = link;
    this.#schedule();
  }

  /** What was under way is sent again when it is back. */
  disconnected(): void {
    if (!this.#link) return;
    this.#link = undefined;
    this.#awaySince = this.#options.clock.now();
    this.#cancelRetry?.();
    this.#cancelRetry = undefined;
    this.#putFirst([...this.#refused, ...this.#sent]);
    this.#refused.clear();
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
    for (const job of [...this.#waiting.keys(), ...this.#sent.keys(), ...this.#refused.keys()]) {
      this.#take(job);
      if (job.awaited) job.failed(new DirectoryWriteError('the directory is closed'));
    }
  }

  /** All that one turn of the event loop brings goes together. */
  #schedule(): void {
    if (this.#scheduled || !this.#link || this.#sent.size > 0) return;
    this.#scheduled = true;
    setImmediate(() => {
      this.#scheduled = false;
      void this.#sendBatch();
    });
  }

  async #sendBatch(): Promise<void> {
    const link = this.#link;
    if (!link || this.#sent.size > 0 || this.#waiting.size === 0) return;
    const batch = [...this.#waiting.values()].slice(0, MAX_BATCH);
    for (const pending of batch) {
      this.#waiting.delete(pending.job);
      this.#sent.set(pending.job, pending);
      pending.tried = true;
    }
    const { clock, onWrite } = this.#options;
    const begun = clock.now();
    let answers: readonly unknown[];
    try {
      answers = await link.scripts(WRITE_SCRIPT, batch.map((pending) => this.#call(pending)));
    } catch (error) {
      batch.forEach(() => onWrite(clock.now() - begun, false));
      if (!(error instanceof LinkLostError)) link.close(error instanceof Error ? error : new Error(String(error)));
      return;
    }
    for (const [index, pending] of batch.entries()) {
      const answer = answers[index];
      onWrite(clock.now() - begun, typeof answer === 'string' && answer !== LATE);
      if (this.#link !== link || this.#sent.get(pending.job) !== pending) continue;
      if (typeof answer === 'string') this.#answered(pending, link, answer);
      else this.#failed(pending, answer);
    }
    this.#schedule();
  }

  #call({ job, until }: Pending): ScriptCall {
    const { clock, engineClock } = this.#options;
    return job.command(until === undefined ? undefined : engineClock.engine + until - clock.now());
  }

  #answered(pending: Pending, link: Link, answer: string): void {
    const { job } = pending;
    const { condition, measure } = this.#options;
    if (answer === LATE) {
      // It came in time by our own clock: one of the clocks was set.
      measure(link).then(
        () => {
          if (this.#link !== link || this.#sent.get(job) !== pending) return;
          this.#sent.delete(job);
          this.#putFirst([[job, pending]]);
          this.#schedule();
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
    this.#refused.set(job, pending);
    this.#cancelRetry ??= this.#options.clock.setTimeout(() => {
      this.#cancelRetry = undefined;
      this.#putFirst([...this.#refused]);
      this.#refused.clear();
      this.#schedule();
    }, RETRY_MS);
  }

  #giveUp(job: Job): void {
    const error = new DirectoryWriteError(`the engine of the directory did not confirm within ${this.#options.limitMs} ms`);
    if (this.#sent.has(job)) this.#options.condition.failed(error);
    this.#take(job);
    job.failed(error);
    this.#settled();
  }

  #putFirst(jobs: readonly (readonly [Job, Pending])[]): void {
    const later = [...this.#waiting];
    this.#waiting.clear();
    for (const [job, pending] of [...jobs, ...later]) this.#waiting.set(job, pending);
  }

  #find(job: Job): Pending | undefined {
    return this.#waiting.get(job) ?? this.#sent.get(job) ?? this.#refused.get(job);
  }

  #take(job: Job): void {
    this.#find(job)?.cancel?.();
    this.#waiting.delete(job);
    this.#sent.delete(job);
    this.#refused.delete(job);
  }

  #settled(): void {
    if (this.empty) for (const resolve of this.#idle) resolve();
  }
}
