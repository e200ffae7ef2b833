/** Offers that real browsers made: Chromium 156 and Firefox ESR 153, one audio and one video section to receive. */

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './paths.ts';

export const BROWSERS = ['chromium', 'firefox'] as const;
export type Browser = (typeof BROWSERS)[number];

/** `plain`: made and not gathered; `data-channel`: with one beside; `gathered`: with all its candidates. */
export type OfferKind = 'plain' | 'data-channel' | 'gathered';

export function offerOf(browser: Browser, kind: OfferKind = 'plain'): string {
  const suffix = kind === 'plain' ? '' : `-${kind}`;
  return readFileSync(join(repository, `test/fixtures/sdp/${browser}-recvonly${suffix}.sdp`), 'utf8');
}

/** The offer of a room's member: sound, a camera in three sizes, and a screen that shows nothing yet; gathered, without its candidates. */
export function memberOfferOf(browser: Browser): string {
  return readFileSync(join(repository, `test/fixtures/sdp/${browser}-member.sdp`), 'utf8');
}
