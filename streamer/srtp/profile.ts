/** The SRTP protection profiles that we speak (RFC 5764 §4.1.2, RFC 7714 §14.2), and what they add to a packet. */

export const SRTP_PROFILES = { aes128CmSha1Tag80: 0x0001, aes128Gcm: 0x0007 } as const;

export type SrtpProfile = (typeof SRTP_PROFILES)[keyof typeof SRTP_PROFILES];

/** Lengths in bytes of what DTLS hands over for each profile. */
export const MASTER_KEY_BYTES = 16;
export const MASTER_SALT_BYTES: Readonly<Record<SrtpProfile, number>> = { 0x0001: 14, 0x0007: 12 };

/** What stands behind the payload. */
export const TAG_BYTES: Readonly<Record<SrtpProfile, number>> = { 0x0001: 10, 0x0007: 16 };

/** The bits of a packet index above its sequence number (RFC 3711 §3.3.1). */
export function rolloverOf(index: number): number {
  return Math.floor(index / 0x1_0000) >>> 0;
}
