/** Session keys from a master key and salt (RFC 3711 §4.3), for a key derivation rate of 0. */
import { createCipheriv } from 'node:crypto';
import { SRTP_PROFILES, type SrtpProfile } from './profile.ts';

/** Labels of RFC 3711 §4.3.2: encryption, authentication and salt follow one another. */
const RTP_LABEL = 0x00;
const RTCP_LABEL = 0x03;

const AES_BLOCK_BYTES = 16;
/** Where the label goes in the fourteen bytes that are combined with the salt: its last octet but six. */
const LABEL_AT = 7;

const SHA1_KEY_BYTES = 20;

export interface SessionKeys {
  readonly encryption: Buffer;
  /** Empty for AES-GCM, which needs none. */
  readonly authentication: Buffer;
  readonly salt: Buffer;
}

/** All that one direction of a session is encrypted with. */
export interface SrtpKeys {
  readonly profile: SrtpProfile;
  readonly rtp: SessionKeys;
  readonly rtcp: SessionKeys;
}

/** The AES counter-mode generator of RFC 3711 §4.3.3. */
function derive(masterKey: Buffer, masterSalt: Buffer, label: number, bytes: number): Buffer {
  const counter = Buffer.alloc(AES_BLOCK_BYTES);
  masterSalt.copy(counter);
  counter[LABEL_AT] = (counter[LABEL_AT] ?? 0) ^ label;
  return createCipheriv('aes-128-ctr', masterKey, counter).update(Buffer.alloc(bytes));
}

/**
 * @param masterKey sixteen bytes
 * @param masterSalt as many bytes as MASTER_SALT_BYTES says for the profile: fourteen, or twelve for AES-GCM (RFC 7714 §11)
 */
export function deriveKeys(profile: SrtpProfile, masterKey: Buffer, masterSalt: Buffer): SrtpKeys {
  const authenticationBytes = profile === SRTP_PROFILES.aes128Gcm ? 0 : SHA1_KEY_BYTES;
  const session = (label: number): SessionKeys => ({
    encryption: derive(masterKey, masterSalt, label, masterKey.length),
    authentication: derive(masterKey, masterSalt, label + 1, authenticationBytes),
    salt: derive(masterKey, masterSalt, label + 2, masterSalt.length),
  });
  return { profile, rtp: session(RTP_LABEL), rtcp: session(RTCP_LABEL) };
}
