/** What turns RTP packets into SRTP packets for one viewer, whichever protection profile was negotiated (RFC 5764 §4.1.2). */
import type { OutgoingPacket } from '../fanout/transport.ts';

export const SRTP_PROFILES = { aes128CmSha1Tag80: 0x0001, aes128Gcm: 0x0007 } as const;

export type SrtpProfile = (typeof SRTP_PROFILES)[keyof typeof SRTP_PROFILES];

export interface Protector {
  /** A datagram of its own, ready to be sent. The packet index of RFC 3711 §3.3.1 is `packet.sequence`. */
  protect(packet: OutgoingPacket): Buffer;
}

/** Lengths in bytes of what DTLS hands over for each profile. */
export const MASTER_KEY_BYTES = 16;
export const MASTER_SALT_BYTES: Readonly<Record<SrtpProfile, number>> = { 0x0001: 14, 0x0007: 12 };

/** The bits of a packet index above its sequence number. */
export function rolloverOf(index: number): number {
  return Math.floor(index / 0x1_0000) >>> 0;
}
