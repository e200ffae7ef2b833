/** Passwords are kept as argon2id hashes (RFC 9106), made and checked on the threads of libuv's pool, never on the one that serves. */
import { randomBytes } from 'node:crypto';
import { hash, verify } from '@node-rs/argon2';
import { z } from 'zod';
import { WorkQueue } from './work-queue.ts';

/** What one hash costs whoever makes it. */
export interface PasswordCost {
  /** Memory, KiB. */
  readonly memoryKib: number;
  /** Times that the memory is gone through. */
  readonly passes: number;
}

/** What OWASP recommends for argon2id: some 25 ms of one core. */
const DEFAULT_COST: PasswordCost = { memoryKib: 19_456, passes: 2 };

/** Of the four threads in the pool, so that files and names are still looked up beside them. */
const AT_ONCE = 2;

/** Half a second's work at the default cost. */
const MAX_WAITING = 32;

const SALT_BYTES = 16;
const HASH_BYTES = 32;

export const MIN_PASSWORD_CHARACTERS = 8;
export const MAX_PASSWORD_CHARACTERS = 256;

/** A password to be checked: whatever is no password at all is refused before any work is done. */
export const passwordSchema = z
  .string('must be a text')
  .max(MAX_PASSWORD_CHARACTERS, `must have at most ${MAX_PASSWORD_CHARACTERS} characters`)
  .min(1, 'must not be empty')
  .transform((text) => text.normalize('NFC'));

/** A password that somebody chooses for an account. */
export const newPasswordSchema = passwordSchema.refine(
  (text) => Array.from(text).length >= MIN_PASSWORD_CHARACTERS,
  `must have at least ${MIN_PASSWORD_CHARACTERS} characters`,
);

export class Passwords {
  readonly #options;
  readonly #queue: WorkQueue;
  /** The hash of nobody's password, at the same cost as anybody's. */
  readonly #nobodys: string;

  constructor({ cost = DEFAULT_COST, atOnce = AT_ONCE, maxWaiting = MAX_WAITING }: { cost?: PasswordCost; atOnce?: number; maxWaiting?: number } = {}) {
    this.#options = { memoryCost: cost.memoryKib, timeCost: cost.passes, parallelism: 1, outputLen: HASH_BYTES };
    this.#queue = new WorkQueue({ atOnce, maxWaiting });
    const [salt, digest] = [SALT_BYTES, HASH_BYTES].map((bytes) => randomBytes(bytes).toString('base64').replace(/=+$/, ''));
    this.#nobodys = `$argon2id$v=19$m=${cost.memoryKib},t=${cost.passes},p=1$${salt ?? ''}$${digest ?? ''}`;
  }

  /** @returns the hash with its salt and cost, as text. @throws ApiError 503 when too many wait */
  hash(password: string): Promise<string> {
    return this.#queue.run(() => hash(password, this.#options));
  }

  /**
   * Whether `password` is the one that was hashed; without a hash it never is, and takes as long to say so.
   * @throws ApiError 503 when too many wait
   */
  async matches(password: string, hashed: string | undefined): Promise<boolean> {
    const right = await this.#queue.run(() => verify(hashed ?? this.#nobodys, password));
    return right && hashed !== undefined;
  }
}
