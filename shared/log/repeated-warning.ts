/** One counted warning in place of a flood of equal log lines. */
import type { Cancel, Clock } from '../sip/timing/clock.ts';
import type { LogFields } from './fields.ts';
import type { Logger } from './logger.ts';

/** Within this time after a warning, equal ones are only counted. */
export const DEFAULT_WINDOW_MS = 10_000;

/** Warnings told apart at a time; what comes beyond shares one count, so that strangers cannot grow the table. */
const MAX_KEYS = 256;
const OVERFLOW_KEY = '(others)';

interface Repetition {
  count: number;
  message: string;
  cancel: Cancel;
}

/** Its timers keep no process alive: a count that was not yet told is no reason to go on. */
const patientClock: Pick<Clock, 'setTimeout'> = {
  setTimeout: (callback, milliseconds) => {
    const timer = setTimeout(callback, milliseconds).unref();
    return () => clearTimeout(timer);
  },
};

/**
 * Logs the first warning of its kind at once, counts those that follow within the window, and says at the window's end
 * how many there were.
 */
export class RepeatedWarning {
  readonly #log: Logger;
  readonly #windowMs: number;
  readonly #clock: Pick<Clock, 'setTimeout'>;
  readonly #repetitions = new Map<string, Repetition>();

  constructor(log: Logger, { windowMs = DEFAULT_WINDOW_MS, clock = patientClock }: { windowMs?: number; clock?: Pick<Clock, 'setTimeout'> } = {}) {
    this.#log = log;
    this.#windowMs = windowMs;
    this.#clock = clock;
  }

  /** Warns of `message`; `key` says which warnings are equal (the message itself unless given). */
  warn(fields: LogFields, message: string, key = message): void {
    const kept = this.#repetitions.has(key) || this.#repetitions.size < MAX_KEYS ? key : OVERFLOW_KEY;
    const known = this.#repetitions.get(kept);
    if (known !== undefined) {
      known.count += 1;
      return;
    }
    this.#log.warn(fields, message);
    this.#repetitions.set(kept, { count: 0, message, cancel: this.#clock.setTimeout(() => this.#endWindow(kept), this.#windowMs) });
  }

  /** Says what was counted so far and stops all timers. */
  close(): void {
    for (const [key, repetition] of [...this.#repetitions]) {
      repetition.cancel();
      this.#endWindow(key);
    }
  }

  #endWindow(key: string): void {
    const repetition = this.#repetitions.get(key);
    this.#repetitions.delete(key);
    if (repetition === undefined || repetition.count === 0) return;
    this.#log.warn({ repeated: repetition.count }, `${repetition.message} (${repetition.count} more times)`);
  }
}
