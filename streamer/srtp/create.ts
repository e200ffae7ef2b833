/** Chooses the code for a protection profile, and derives the keys that it needs. */
import { CounterModeProtector } from './counter-mode.ts';
import { GaloisProtector } from './galois.ts';
import { deriveSessionKeys } from './key-derivation.ts';
import { SRTP_PROFILES, type Protector, type SrtpProfile } from './protector.ts';

const SHA1_KEY_BYTES = 20;

/**
 * @param masterKey sixteen bytes
 * @param masterSalt as many bytes as MASTER_SALT_BYTES says for the profile
 */
export function createProtector(profile: SrtpProfile, masterKey: Buffer, masterSalt: Buffer): Protector {
  if (profile === SRTP_PROFILES.aes128Gcm) return new GaloisProtector(deriveSessionKeys(masterKey, masterSalt, 0));
  return new CounterModeProtector(deriveSessionKeys(masterKey, masterSalt, SHA1_KEY_BYTES));
}
