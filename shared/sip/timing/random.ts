/** Unguessable tokens for branches, tags and Call-IDs (RFC 3261 §8.1.1.7 and §19.3). */

import { randomFillSync } from 'node:crypto';

export interface RandomSource {
  /** `bytes` random bytes as lower-case hexadecimal digits, two a byte. */
  token(bytes: number): string;
}

/** Bytes drawn from the operating system at a time: one call serves hundreds of tokens. */
const POOL_BYTES = 4096;

class SystemRandom implements RandomSource {
  readonly #pool = Buffer.alloc(POOL_BYTES);
  #used = POOL_BYTES;

  token(bytes: number): string {
    if (this.#used + bytes > POOL_BYTES) {
      randomFillSync(this.#pool);
      this.#used = 0;
    }
    const token = this.#pool.toString('hex', this.#used, this.#used + bytes);
    this.#used += bytes;
    return token;
  }
}

export const systemRandom: RandomSource = new SystemRandom();
