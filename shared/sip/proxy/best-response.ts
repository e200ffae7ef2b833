/** Which of several final responses goes upstream (RFC 3261 §16.7.6). */

import type { SipResponse } from '../message/message.ts';

/** What became of one branch; without `response` it is our own verdict: a timeout (408), a network that failed (503). */
export interface Outcome {
  readonly status: number;
  readonly response?: SipResponse | undefined;
}

/** Within 4xx: those that tell the caller how to do better. */
const INFORMATIVE = new Set([401, 407, 415, 420, 484]);
/** Those that tell him least. */
const UNINFORMATIVE = new Set([408, 487, 503]);

/** The first of the best; undefined of none. */
export function bestOutcome(outcomes: readonly Outcome[]): Outcome | undefined {
  let best: Outcome | undefined;
  for (const outcome of outcomes) if (!best || rank(outcome.status) < rank(best.status)) best = outcome;
  return best;
}

function rank(status: number): number {
  if (status >= 600) return 0;
  const shade = INFORMATIVE.has(status) ? 0 : UNINFORMATIVE.has(status) ? 2 : 1;
  return Math.floor(status / 100) * 10 + shade;
}

/** §16.7.7: a caller who is challenged learns of every challenge at once. */
export function joinChallenges(best: SipResponse, outcomes: readonly Outcome[]): void {
  if (best.status !== 401 && best.status !== 407) return;
  for (const { response } of outcomes) {
    if (!response || response === best || (response.status !== 401 && response.status !== 407)) continue;
    for (const name of ['WWW-Authenticate', 'Proxy-Authenticate']) {
      for (const value of response.headers.all(name)) best.headers.append(name, value);
    }
  }
}
