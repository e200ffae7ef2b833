/** What makes each packet's encryption its own: the initialization vectors of SRTP and SRTCP, written without making objects. */

export const GCM_IV_BYTES = 12;
export const COUNTER_IV_BYTES = 16;

/**
 * AES-GCM: two zero bytes, SSRC, rollover counter and sequence number, each combined with the salt (RFC 7714 §8.1). For SRTCP
 * the index of 31 bits stands in place of both (§9.1): as rollover counter and sequence number of 16 bits each.
 * @param target twelve bytes from `at` on are written
 */
export function writeGcmVector(target: Uint8Array, at: number, salt: Uint8Array, ssrc: number, rollover: number, sequenceNumber: number): void {
  target[at] = salt[0] as number;
  target[at + 1] = salt[1] as number;
  target[at + 2] = (salt[2] as number) ^ (ssrc >>> 24);
  target[at + 3] = (salt[3] as number) ^ (ssrc >>> 16);
  target[at + 4] = (salt[4] as number) ^ (ssrc >>> 8);
  target[at + 5] = (salt[5] as number) ^ ssrc;
  target[at + 6] = (salt[6] as number) ^ (rollover >>> 24);
  target[at + 7] = (salt[7] as number) ^ (rollover >>> 16);
  target[at + 8] = (salt[8] as number) ^ (rollover >>> 8);
  target[at + 9] = (salt[9] as number) ^ rollover;
  target[at + 10] = (salt[10] as number) ^ (sequenceNumber >>> 8);
  target[at + 11] = (salt[11] as number) ^ sequenceNumber;
}

/**
 * AES counter mode: SSRC from byte 4 on, the packet's index from byte 8 on, combined with the salt (RFC 3711 §4.1.1); the last
 * two bytes count blocks.
 * @param target sixteen bytes from `at` on are written
 */
export function writeCounterVector(target: Uint8Array, at: number, salt: Uint8Array, ssrc: number, rollover: number, sequenceNumber: number): void {
  target[at] = salt[0] as number;
  target[at + 1] = salt[1] as number;
  target[at + 2] = salt[2] as number;
  target[at + 3] = salt[3] as number;
  target[at + 4] = (salt[4] as number) ^ (ssrc >>> 24);
  target[at + 5] = (salt[5] as number) ^ (ssrc >>> 16);
  target[at + 6] = (salt[6] as number) ^ (ssrc >>> 8);
  target[at + 7] = (salt[7] as number) ^ ssrc;
  target[at + 8] = (salt[8] as number) ^ (rollover >>> 24);
  target[at + 9] = (salt[9] as number) ^ (rollover >>> 16);
  target[at + 10] = (salt[10] as number) ^ (rollover >>> 8);
  target[at + 11] = (salt[11] as number) ^ rollover;
  target[at + 12] = (salt[12] as number) ^ (sequenceNumber >>> 8);
  target[at + 13] = (salt[13] as number) ^ sequenceNumber;
  target[at + 14] = 0;
  target[at + 15] = 0;
}
