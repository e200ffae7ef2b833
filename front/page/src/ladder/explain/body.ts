/** Bodies as a reader wants them: descriptions line by line, JSON laid out, everything else as it came. */
import { bodyType } from '../model/sip-text.ts';
import type { SipText } from '../model/sip-text.ts';
import { explainSdp } from './sdp.ts';
import type { Explanation } from './explanation.ts';

export type Body =
  | { readonly kind: 'none' }
  | { readonly kind: 'lines'; readonly lines: readonly { readonly line: string; readonly explanation: Explanation }[] }
  | { readonly kind: 'text'; readonly text: string };

const DESCRIPTIONS: readonly string[] = ['application/sdp', 'application/trickle-ice-sdpfrag'];

export function readBody(sip: SipText): Body {
  if (sip.body === '') return { kind: 'none' };
  const type = bodyType(sip);
  if (DESCRIPTIONS.includes(type)) {
    const lines = sip.body.split(/\r?\n/).filter((line) => line !== '');
    return { kind: 'lines', lines: lines.map((line) => ({ line, explanation: explainSdp(line) })) };
  }
  return { kind: 'text', text: type === 'application/json' ? laidOut(sip.body) : sip.body };
}

function laidOut(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), undefined, 2);
  } catch {
    return json;
  }
}
