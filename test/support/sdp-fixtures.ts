/** What real browsers said: Chromium 156 and Firefox ESR 153; to watch, one audio and one video section to receive. */

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

/** What a browser offers in a call between two, as the page makes it: a data channel, sound and picture both ways; not gathered. */
export function callOfferOf(browser: Browser): string {
  return readFileSync(join(repository, `test/fixtures/sdp/${browser}-call.sdp`), 'utf8');
}

/** What it answers to the other browser's offer. */
export function callAnswerOf(browser: Browser): string {
  return readFileSync(join(repository, `test/fixtures/sdp/${browser}-call-answer.sdp`), 'utf8');
}

/** The offer of a room's member: sound, a camera in three sizes, and a screen that shows nothing yet; gathered, without its candidates. */
export function memberOfferOf(browser: Browser): string {
  return readFileSync(join(repository, `test/fixtures/sdp/${browser}-member.sdp`), 'utf8');
}
