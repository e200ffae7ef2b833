/** Time as a value handed in, so that tests can run 64·T1 in a millisecond. */

/** Forgets a pending call; harmless when it has already run. */
export type Cancel = () => void;

export interface Clock {
  /** Milliseconds, monotonic; its zero means nothing. */
  now(): number;
  /** Calls `fn` once after `ms` milliseconds. */
  setTimeout(fn: () => void, ms: number): Cancel;
}

/** The machine's own monotonic clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  setTimeout(fn, ms) {
    const timeout = setTimeout(fn, ms);
    return () => clearTimeout(timeout);
  },
};
