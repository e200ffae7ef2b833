/** What browsers offer and answer in a call, made of recorded descriptions: sound and picture both ways, with a data channel. */
import { offerOf } from '../sdp-fixtures.ts';
import type { Browser } from '../sdp-fixtures.ts';

/** A description of a call as a browser makes it before it has gathered. */
export function callOffer(browser: Browser = 'chromium'): string {
  const ids: Record<string, string> = { audio: '6d1c7ee4-0d16-4f9a-8f9b-0a4b3c2d1e0f', video: 'f0e1d2c3-b4a5-4697-8879-6a5b4c3d2e1f' };
  let kind = '';
  return offerOf(browser, 'data-channel')
    .split('\r\n')
    .flatMap((line) => {
      kind = /^m=(\w+)/.exec(line)?.[1] ?? kind;
      if (line !== 'a=recvonly') return [line];
      return ['a=sendrecv', `a=msid:7a0b1c2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d ${ids[kind]}`];
    })
    .join('\r\n');
}

/** An answer to it, as a browser of the same make would give. */
export function callAnswer(browser: Browser = 'chromium'): string {
  return callOffer(browser).replaceAll('a=setup:actpass', 'a=setup:active').replaceAll(/a=ice-ufrag:.*/g, 'a=ice-ufrag:AnSw');
}
