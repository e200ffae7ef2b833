/** Compares what somebody shows with what is kept secret, in a time that tells nothing of where they differ. */
import { createHash, timingSafeEqual } from 'node:crypto';

export function sameSecret(given: string | undefined, secret: string): boolean {
  return given !== undefined && timingSafeEqual(digest(given), digest(secret));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
