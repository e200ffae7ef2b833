/** Names for what is stored, that nobody can guess. */
import type { RandomSource } from '../../shared/sip/timing/random.ts';

const ID_BYTES = 16;

/** 16 random bytes in base64url: 22 characters. */
export function newId(random: RandomSource): string {
  return Buffer.from(random.token(ID_BYTES), 'hex').toString('base64url');
}
