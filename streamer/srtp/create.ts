/** Chooses the code for a protection profile. */
import { CounterModeProtector } from './counter-mode.ts';
import { GaloisProtector } from './galois.ts';
import { SRTP_PROFILES, type Protector, type SrtpProfile } from './protector.ts';

export function createProtector(profile: SrtpProfile, masterKey: Buffer, masterSalt: Buffer): Protector {
  return profile === SRTP_PROFILES.aes128Gcm ? new GaloisProtector(masterKey, masterSalt) : new CounterModeProtector(masterKey, masterSalt);
}
