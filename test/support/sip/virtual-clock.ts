/** A Clock whose time passes only when a test says so. */

import type { Cancel, Clock } from '../../../shared/sip/timing/clock.ts';

interface Pending {
  readonly at: number;
  readonly order: number;
  readonly fn: () => void;
}

export class VirtualClock implements Clock {
  #now = 0;
  #order = 0;
  #pending: Pending[] = [];

  now(): number {
    return this.#now;
  }

  setTimeout(fn: () => void, ms: number): Cancel {
    const entry: Pending = { at: this.#now + Math.max(0, ms), order: this.#order++, fn };
    let low = 0;
    let high = this.#pending.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#pending[middle]!.at <= entry.at) low = middle + 1;
      else high = middle;
    }
    this.#pending.splice(low, 0, entry);
    return () => {
      const index = this.#pending.indexOf(entry);
      if (index >= 0) this.#pending.splice(index, 1);
    };
  }

  /** How many calls are pending. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Lets `ms` pass, running what falls due in order and without yielding to promises. */
  tick(ms: number): void {
    const target = this.#now + ms;
    while (this.#runNext(target));
    this.#now = target;
  }

  /** Lets `ms` pass, and every promise that hangs on it settle in between. */
  async advance(ms: number): Promise<void> {
    const target = this.#now + ms;
    await settle();
    while (this.#runNext(target)) await settle();
    this.#now = target;
    await settle();
  }

  /** Lets time pass until `promise` settles, at most `limitMs`; then its value or error. */
  async until<T>(promise: Promise<T>, limitMs = 3_600_000): Promise<T> {
    const outcome = { settled: false };
    const mark = (): void => {
      outcome.settled = true;
    };
    promise.then(mark, mark);
    const target = this.#now + limitMs;
    await settle();
    while (!outcome.settled) {
      if (!this.#runNext(target)) throw new Error(`nothing more to happen within ${limitMs} ms of virtual time, and the promise is still pending`);
      await settle();
    }
    return promise;
  }

  #runNext(target: number): boolean {
    const next = this.#pending[0];
    if (!next || next.at > target) return false;
    this.#pending.shift();
    this.#now = Math.max(this.#now, next.at);
    next.fn();
    return true;
  }
}

/** Resolves after every microtask that is queued now, and those they queue. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
