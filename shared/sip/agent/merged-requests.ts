/** Notices a request that reaches us again by another path, forked upstream (RFC 3261 §8.2.2.2: 482). */

import type { SipRequest } from '../message/message.ts';

/** Requests remembered at most; beyond that the oldest are forgotten early. */
const MAX_REMEMBERED = 100_000;

export class MergedRequests {
  readonly #lifetimeMs: number;
  readonly #now: () => number;
  /** When each is forgotten, oldest first. */
  readonly #seen = new Map<string, number>();

  /** A request is remembered for `lifetimeMs` after it came, as long as its transaction may last. */
  constructor(lifetimeMs: number, now: () => number) {
    this.#lifetimeMs = lifetimeMs;
    this.#now = now;
  }

  /** Whether a request of the same From tag, Call-ID and CSeq came before in another transaction; remembers this one. */
  isMerged(request: SipRequest): boolean {
    const now = this.#now();
    this.#forgetOld(now);
    const { number, method } = request.cseq;
    const key = `${request.callId} ${request.from.tag ?? ''} ${number} ${method}`;
    if (this.#seen.has(key)) return true;
    this.#seen.set(key, now + this.#lifetimeMs);
    return false;
  }

  #forgetOld(now: number): void {
    for (const [key, expires] of this.#seen) {
      if (expires > now && this.#seen.size < MAX_REMEMBERED) return;
      this.#seen.delete(key);
    }
  }
}
