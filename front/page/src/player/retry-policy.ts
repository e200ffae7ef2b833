/** What to do after each failure: wait how long, or for what. */
import { backoffMs, OFFER_BACKOFF } from '../connection/backoff.ts';
import type { Failure, FailureId } from '../connection/failure.ts';

export type Retry =
  | { readonly kind: 'after'; readonly ms: number }
  /** Only when the streamer's entry in the list changes, or when asked. */
  | { readonly kind: 'listed' }
  | { readonly kind: 'register' }
  /** Only when asked. */
  | { readonly kind: 'never' };

/** A full streamer that names no time is asked again after this long. */
export const FULL_RETRY_MS = 8_000;

const ONLY_WHEN_LISTED: ReadonlySet<FailureId> = new Set(['unknown-streamer', 'streamer-absent', 'no-common-codec', 'no-common-address']);
const NEVER: ReadonlySet<FailureId> = new Set(['no-webrtc', 'other-tab', 'ended-by-operator']);

/** Whether only the viewer can make anything else of it. */
export function isFinal(failure: Failure): boolean {
  return NEVER.has(failure.id);
}

/**
 * @param failures attempts that failed in a row, this one included
 * @param random gives a number in [0, 1)
 */
export function retryAfter(failure: Failure, failures: number, random: () => number): Retry {
  if (isFinal(failure)) return { kind: 'never' };
  if (ONLY_WHEN_LISTED.has(failure.id)) return { kind: 'listed' };
  const backoff = backoffMs(failures, OFFER_BACKOFF, random);
  if (failure.id === 'not-registered') return failures <= 1 ? { kind: 'register' } : { kind: 'after', ms: backoff };
  if (failure.id === 'no-streamer-chosen' && failures <= 1) return { kind: 'after', ms: 0 };
  if (failure.retryAfterMs !== undefined) return { kind: 'after', ms: Math.max(failure.retryAfterMs, backoff) };
  if (failure.id === 'streamer-full') return { kind: 'after', ms: Math.max(FULL_RETRY_MS, backoff) };
  return { kind: 'after', ms: backoff };
}
