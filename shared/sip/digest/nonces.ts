/**
 * Nonces that prove themselves: a time and a random number under a MAC, so that challenges cost no memory; only nonces
 * that somebody used with the right password are remembered, for their counts (RFC 7616 §3.3, §5.4, §5.5).
 */

import { hash, timingSafeEqual } from 'node:crypto';
import type { RandomSource } from '../timing/random.ts';

/** Milliseconds in base 36: enough until the year 5188. */
const TIME_DIGITS = 9;
const RANDOM_BYTES = 6;
const STAMP_LENGTH = TIME_DIGITS + 2 * RANDOM_BYTES;
/** 96 bits in base64url: a forger has no second try that he could learn from. */
const MAC_LENGTH = 16;
/** How far a count may lag behind the highest seen: requests sent together may overtake each other. */
const WINDOW = 32;

interface Count {
  issued: number;
  highest: number;
  /** Bit i: `highest - i` was used. */
  used: number;
}

export interface NoncesOptions {
  /** 32 random bytes that nobody else knows. */
  readonly key: Buffer;
  /** Milliseconds since an epoch that the key's other users share; going back makes nonces stale, no more. */
  readonly now: () => number;
  readonly random: RandomSource;
  readonly lifetimeMs: number;
  /** How many used nonces are remembered; beyond that the oldest are no longer accepted. */
  readonly maxUsed: number;
}

export class Nonces {
  readonly #options: NoncesOptions;
  readonly #key: string;
  readonly #counts = new Map<string, Count>();
  /** Nonces up to this time are accepted only when they are remembered. */
  #forgottenUntil = -1;

  constructor(options: NoncesOptions) {
    this.#options = options;
    this.#key = options.key.toString('hex');
  }

  /** Used nonces that are remembered. */
  get remembered(): number {
    return this.#counts.size;
  }

  issue(): string {
    const stamp = Math.floor(this.#options.now()).toString(36).padStart(TIME_DIGITS, '0') + this.#options.random.token(RANDOM_BYTES);
    return stamp + this.#mac(stamp);
  }

  /**
   * Uses a nonce with this count.
   * @returns false when this source did not issue it, issued it too long ago, or may have seen that count before
   */
  use(nonce: string, nc: number): boolean {
    const count = this.#counts.get(nonce);
    // What is remembered was proven when it came first.
    const issued = count?.issued ?? this.#issuedAt(nonce);
    if (issued === undefined || nc < 1 || (count === undefined && issued <= this.#forgottenUntil)) return false;
    const age = this.#options.now() - issued;
    if (age < 0 || age > this.#options.lifetimeMs) return false;
    if (count !== undefined) return mark(count, nc);
    this.#forgetOld();
    this.#counts.set(nonce, { issued, highest: nc, used: 1 });
    return true;
  }

  /** Insertion order is nearly the order of issue: expired ones are met first, and at the limit the oldest goes. */
  #forgetOld(): void {
    for (const [nonce, { issued }] of this.#counts) {
      if (this.#counts.size < this.#options.maxUsed && this.#options.now() - issued <= this.#options.lifetimeMs) return;
      this.#counts.delete(nonce);
      this.#forgottenUntil = Math.max(this.#forgottenUntil, issued);
    }
  }

  #issuedAt(nonce: string): number | undefined {
    if (nonce.length !== STAMP_LENGTH + MAC_LENGTH || !isAscii(nonce)) return undefined;
    const mac = this.#mac(nonce.slice(0, STAMP_LENGTH));
    if (!timingSafeEqual(Buffer.from(mac, 'latin1'), Buffer.from(nonce.slice(STAMP_LENGTH), 'latin1'))) return undefined;
    return Number.parseInt(nonce.slice(0, TIME_DIGITS), 36);
  }

  /** SHA-3 over key and message is a MAC as it stands (FIPS 202, A.2): no HMAC is needed, whose objects cost several times the hashing. */
  #mac(stamp: string): string {
    return hash('sha3-256', this.#key + stamp, 'base64url').slice(0, MAC_LENGTH);
  }
}

/** What Latin-1 would fold onto other characters is none of ours. */
function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 127) return false;
  return true;
}

/** @returns false when the count was used before, or is too far back to tell */
function mark(count: Count, nc: number): boolean {
  const ahead = nc - count.highest;
  if (ahead > 0) {
    count.used = ahead >= WINDOW ? 1 : ((count.used << ahead) | 1) >>> 0;
    count.highest = nc;
    return true;
  }
  if (-ahead >= WINDOW || ((count.used >>> -ahead) & 1) === 1) return false;
  count.used = (count.used | (1 << -ahead)) >>> 0;
  return true;
}
