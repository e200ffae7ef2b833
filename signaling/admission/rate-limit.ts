/** How many requests each source may send: a token bucket a host, in bounded memory, so that a flood from one stops no other. */

/** Hosts remembered at a time; the one heard of longest ago goes first. */
const MAX_HOSTS = 10_000;

export interface Rate {
  readonly perSecond: number;
  /** How many may come at once. */
  readonly burst: number;
}

export interface RateLimits {
  /** For hosts of which nothing is known. */
  readonly strangers: Rate;
  /** For hosts that have proven who they are, and for all where nobody needs to. */
  readonly known: Rate;
}

export const DEFAULT_RATE_LIMITS: RateLimits = {
  strangers: { perSecond: 100, burst: 500 },
  known: { perSecond: 20_000, burst: 40_000 },
};

interface Bucket {
  rate: Rate;
  tokens: number;
  filledAt: number;
}

export class RateLimiter {
  readonly #limits: RateLimits;
  readonly #now: () => number;
  readonly #trustAll: boolean;
  readonly #buckets = new Map<string, Bucket>();

  /**
   * @param now milliseconds, monotonic
   * @param trustAll whether every host counts as known
   */
  constructor(limits: RateLimits, now: () => number, trustAll: boolean) {
    this.#limits = limits;
    this.#now = now;
    this.#trustAll = trustAll;
  }

  /** Hosts that are remembered. */
  get hosts(): number {
    return this.#buckets.size;
  }

  /** Takes a token. @returns false when the host has none left */
  admit(host: string): boolean {
    const bucket = this.#bucket(host);
    const now = this.#now();
    bucket.tokens = Math.min(bucket.rate.burst, bucket.tokens + ((now - bucket.filledAt) * bucket.rate.perSecond) / 1000);
    bucket.filledAt = now;
    if (bucket.tokens < 1) return false;
    bucket.tokens--;
    return true;
  }

  /** The host has proven who it is. */
  trust(host: string): void {
    const bucket = this.#bucket(host);
    if (bucket.rate === this.#limits.known) return;
    bucket.rate = this.#limits.known;
    bucket.tokens = bucket.rate.burst;
  }

  #bucket(host: string): Bucket {
    const known = this.#buckets.get(host);
    if (known) return known;
    if (this.#buckets.size >= MAX_HOSTS) this.#forgetOldest();
    const rate = this.#trustAll ? this.#limits.known : this.#limits.strangers;
    const bucket = { rate, tokens: rate.burst, filledAt: this.#now() };
    this.#buckets.set(host, bucket);
    return bucket;
  }

  #forgetOldest(): void {
    const [oldest] = this.#buckets.keys();
    if (oldest !== undefined) this.#buckets.delete(oldest);
  }
}
