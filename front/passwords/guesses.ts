/** Bounds how often a password may be guessed, by whatever a guesser cannot easily change: the account, the room, his address. */
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { ApiError } from '../api-error.ts';
import { RateLimiter } from '../http/rate-limit.ts';

const MS_PER_SECOND = 1000;

export class Guesses {
  readonly #limiter: RateLimiter;

  /** @param burst wrong ones in a row @param perMinute how many more follow each minute */
  constructor(clock: Clock, { burst, perMinute }: { burst: number; perMinute: number }) {
    this.#limiter = new RateLimiter(perMinute, clock, burst);
  }

  /** Counts a guess before it is known to be right, so that many at once are as many. @throws ApiError 429 when it is one too many */
  begin(subject: string): void {
    const waitMs = this.#limiter.take(subject);
    if (waitMs === 0) return;
    const seconds = Math.ceil(waitMs / MS_PER_SECOND);
    throw new ApiError(429, 'too-many-requests', `Too many wrong passwords: try again in ${seconds} s.`, { headers: { 'Retry-After': String(seconds) } });
  }

  /** It was right, or was never looked at. */
  takeBack(subject: string): void {
    this.#limiter.giveBack(subject);
  }
}

/**
 * Whether `check` finds the password right. Only wrong ones count.
 * @param counted what the guess counts for, each with its bounds
 * @throws ApiError 429 when any of them allows no more guesses; `check` is not run then
 */
export async function guarded(counted: readonly (readonly [Guesses, string])[], check: () => Promise<boolean>): Promise<boolean> {
  const begun: (readonly [Guesses, string])[] = [];
  let wrong = false;
  try {
    for (const [guesses, subject] of counted) {
      guesses.begin(subject);
      begun.push([guesses, subject]);
    }
    wrong = !(await check());
    return !wrong;
  } finally {
    if (!wrong) for (const [guesses, subject] of begun) guesses.takeBack(subject);
  }
}
