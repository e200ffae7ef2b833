/** Token buckets by address: who asks too often is told to wait, and nobody else notices. */
import { isIPv6 } from 'node:net';
import type { RequestHandler } from 'express';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { ApiError } from '../api-error.ts';

/** Addresses remembered at a time; beyond it the one that was heard longest ago is forgotten. */
const MAX_ADDRESSES = 10_000;

const MS_PER_MINUTE = 60_000;
const MS_PER_SECOND = 1000;

interface Bucket {
  tokens: number;
  filledAt: number;
}

/** Lets each address, or whatever else is counted by, through `perMinute` times a minute, all at once if it likes. */
export class RateLimiter {
  readonly #perMinute: number;
  readonly #clock: Clock;
  readonly #burst: number;
  readonly #buckets = new Map<string, Bucket>();

  /** @param burst how often it is let through at once after a while of rest */
  constructor(perMinute: number, clock: Clock, burst = perMinute) {
    this.#perMinute = perMinute;
    this.#clock = clock;
    this.#burst = burst;
  }

  /** Takes one token. @returns 0 when there was one, otherwise how long until there is, ms. */
  take(address: string): number {
    const key = addressKey(address);
    const now = this.#clock.now();
    const known = this.#buckets.get(key);
    const refill = known === undefined ? this.#burst : ((now - known.filledAt) * this.#perMinute) / MS_PER_MINUTE;
    const tokens = Math.min(this.#burst, (known?.tokens ?? 0) + refill);
    // Deleted first, so that the map's order is that of last use.
    this.#buckets.delete(key);
    this.#buckets.set(key, { tokens: tokens >= 1 ? tokens - 1 : tokens, filledAt: now });
    this.#forgetOldest();
    return tokens >= 1 ? 0 : ((1 - tokens) * MS_PER_MINUTE) / this.#perMinute;
  }

  /** @returns how long until a token is there, ms; takes none. */
  peek(address: string): number {
    const known = this.#buckets.get(addressKey(address));
    if (known === undefined) return 0;
    const tokens = known.tokens + ((this.#clock.now() - known.filledAt) * this.#perMinute) / MS_PER_MINUTE;
    return tokens >= 1 ? 0 : ((1 - tokens) * MS_PER_MINUTE) / this.#perMinute;
  }

  /** Puts back a token that was taken for nothing. */
  giveBack(address: string): void {
    const known = this.#buckets.get(addressKey(address));
    if (known !== undefined) known.tokens = Math.min(this.#burst, known.tokens + 1);
  }

  #forgetOldest(): void {
    if (this.#buckets.size <= MAX_ADDRESSES) return;
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}

/** Answers 429 with Retry-After where the request's address has used up its share; a limit of 0 lets everything through. */
export function rateLimit(perMinute: number, clock: Clock): RequestHandler {
  const limiter = new RateLimiter(perMinute, clock);
  return (request, _response, next) => {
    const waitMs = perMinute === 0 ? 0 : limiter.take(request.ip ?? '');
    if (waitMs === 0) {
      next();
      return;
    }
    const seconds = Math.ceil(waitMs / MS_PER_SECOND);
    next(
      new ApiError(429, 'too-many-requests', `Too many requests from your address: try again in ${seconds} s.`, {
        headers: { 'Retry-After': String(seconds) },
      }),
    );
  };
}

/** One IPv6 customer has a /64 to himself, so that all of it counts as one address. */
export function addressKey(address: string): string {
  if (!isIPv6(address) || address.startsWith('::ffff:')) return address;
  const [head = '', tail = ''] = address.split('::', 2);
  const before = head === '' ? [] : head.split(':');
  const after = tail === '' ? [] : tail.split(':');
  const groups = [...before, ...new Array<string>(Math.max(0, 8 - before.length - after.length)).fill('0'), ...after];
  return `${groups.slice(0, 4).join(':')}::/64`;
}
