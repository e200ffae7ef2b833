/** Offers as browsers made them. */
import { readFileSync } from 'node:fs';

export type OfferFixture =
  | 'chromium-recvonly'
  | 'chromium-recvonly-gathered'
  | 'chromium-recvonly-data-channel'
  | 'firefox-recvonly'
  | 'firefox-recvonly-gathered'
  | 'firefox-recvonly-data-channel';

export function offerFixture(name: OfferFixture = 'chromium-recvonly'): string {
  return readFileSync(new URL(`../../fixtures/sdp/${name}.sdp`, import.meta.url), 'utf8');
}
