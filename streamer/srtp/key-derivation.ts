/** Session keys from a master key and salt (RFC 3711 §4.3), for a key derivation rate of 0. */
import { createCipheriv } from 'node:crypto';

/** Labels of RFC 3711 §4.3.2 that a sender of RTP needs. */
const RTP_ENCRYPTION = 0x00;
const RTP_AUTHENTICATION = 0x01;
const RTP_SALT = 0x02;

const AES_BLOCK_BYTES = 16;
/** Where the label goes in the fourteen bytes that are combined with the salt: its last octet but six. */
const LABEL_AT = 7;

export interface SessionKeys {
  readonly encryption: Buffer;
  readonly authentication: Buffer;
  readonly salt: Buffer;
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
 * @param masterSalt fourteen bytes, or twelve for AES-GCM (RFC 7714 §11)
 * @param authenticationBytes length of the authentication key; 0 for AES-GCM, which needs none
 */
export function deriveSessionKeys(masterKey: Buffer, masterSalt: Buffer, authenticationBytes: number): SessionKeys {
  return {
    encryption: derive(masterKey, masterSalt, RTP_ENCRYPTION, masterKey.length),
    authentication: derive(masterKey, masterSalt, RTP_AUTHENTICATION, authenticationBytes),
    salt: derive(masterKey, masterSalt, RTP_SALT, masterSalt.length),
  };
}
