/** How long to wait before the next attempt: exponential growth up to a limit, spread by jitter so that many pages never return in step. */

export interface BackoffPolicy {
  /** Wait before the first repetition, in milliseconds. */
  readonly firstMs: number;
  /** Growth from one attempt to the next. */
  readonly factor: number;
  /** No wait is longer than this, before jitter, in milliseconds. */
  readonly limitMs: number;
  /** Share of the wait that is random, 0 to 1: 0.25 means ±25 %. */
  readonly jitter: number;
}

/** For the WebSocket and for signing in again: front is usually back within seconds. */
export const SERVICE_BACKOFF: BackoffPolicy = { firstMs: 400, factor: 1.6, limitMs: 4_000, jitter: 0.25 };

/** For offers to a streamer: each one costs an INVITE, so it grows further. */
export const OFFER_BACKOFF: BackoffPolicy = { firstMs: 800, factor: 1.8, limitMs: 10_000, jitter: 0.25 };

/**
 * The wait before attempt number `attempt` is repeated.
 * @param attempt how many attempts have failed so far, from 1
 * @param random gives a number in [0, 1)
 * @returns milliseconds, a whole number
 */
export function backoffMs(attempt: number, policy: BackoffPolicy, random: () => number): number {
  const exponent = Math.max(0, attempt - 1);
  const plain = Math.min(policy.limitMs, policy.firstMs * policy.factor ** exponent);
  const spread = 1 + policy.jitter * (2 * random() - 1);
  return Math.round(plain * spread);
}
