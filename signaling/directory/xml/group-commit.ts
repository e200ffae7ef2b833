/**
 * Decides when the file is written. One write runs at a time; what arrives while it runs goes together into the next one. Awaited
 * changes are written at once, lazy ones after a while, and neither more often than the disk keeps up with.
 */

import type { Cancel, Clock } from '../../../shared/sip/timing/clock.ts';

/** Between awaited writes there is a rest of so many times as long as the last one took: under load more changes share each write. */
const REST_FACTOR = 4;
/** Longest such rest, ms: so much later a change may be acknowledged. */
const MAX_REST_MS = 50;
/** A lazy write waits this many times as long as the last write took, so that lazy writes take at most some 0.5 % of the time. */
const LAZY_REST_FACTOR = 200;
/** However slow the disk is, lazy changes are written after this long, ms. */
const MAX_LAZY_MS = 10_000;

export interface GroupCommitOptions {
  readonly clock: Clock;
  /** Least time between a lazy change and its write, ms. */
  readonly lazyMs: number;
  /** Writes all that was changed before the call, durably. */
  readonly write: () => Promise<void>;
  /** Called when a write failed that nobody awaited. It is tried again by itself. */
  readonly onLazyFailure: (error: unknown) => void;
}

interface Waiter {
  resolve: () => void;
  reject: (error: unknown) => void;
}

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  #waiting: Waiter[] = [];
  #writing = false;
  #started = false;
  #lastWriteMs = 0;
  #endedAt = -Infinity;
  #cancelLazy: Cancel | undefined;
  #idle: (() => void)[] = [];

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  /** Resolves when a write that began after this call is durable; rejects with that write's error. */
  now(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ resolve, reject });
      this.#start();
    });
  }

  /** Makes sure that a write begins before long. */
  later(): void {
    if (this.#cancelLazy || this.#started) return;
    const rest = Math.min(Math.max(this.#options.lazyMs, this.#lastWriteMs * LAZY_REST_FACTOR), Math.max(MAX_LAZY_MS, this.#options.lazyMs));
    this.#cancelLazy = this.#options.clock.setTimeout(() => {
      this.#cancelLazy = undefined;
      this.#start();
    }, rest);
  }

  /** Drops what is due later and resolves when no write runs. */
  async stop(): Promise<void> {
    this.#cancelLazy?.();
    this.#cancelLazy = undefined;
    if (this.#writing || this.#started) await new Promise<void>((resolve) => this.#idle.push(resolve));
  }

  /** Begins a write when this turn of the event loop is over, so that all datagrams of the turn share it. */
  #start(): void {
    if (this.#writing || this.#started) return;
    this.#started = true;
    const sinceLast = this.#options.clock.now() - this.#endedAt;
    const rest = Math.min(this.#lastWriteMs * REST_FACTOR, MAX_REST_MS) - sinceLast;
    if (rest > 0) this.#options.clock.setTimeout(() => void this.#run(), rest);
    else setImmediate(() => void this.#run());
  }

  async #run(): Promise<void> {
    this.#started = false;
    this.#writing = true;
    this.#cancelLazy?.();
    this.#cancelLazy = undefined;
    const waiters = this.#waiting;
    this.#waiting = [];
    const startedAt = this.#options.clock.now();
    try {
      await this.#options.write();
      this.#ended(startedAt);
      for (const { resolve } of waiters) resolve();
    } catch (error) {
      this.#ended(startedAt);
      for (const { reject } of waiters) reject(error);
      if (waiters.length === 0) this.#options.onLazyFailure(error);
      this.later();
    }
    if (this.#waiting.length > 0) this.#start();
    else for (const resolve of this.#idle.splice(0)) resolve();
  }

  #ended(startedAt: number): void {
    this.#writing = false;
    this.#endedAt = this.#options.clock.now();
    this.#lastWriteMs = this.#endedAt - startedAt;
  }
}
