/** CSeq (RFC 3261 §20.16). */

import { isToken, skipWhitespace, trimmed } from './characters.ts';
import { MAX_CSEQ, parseScalar } from './scalars.ts';
import { SipSyntaxError } from './syntax-error.ts';

export interface CSeq {
  /** 0 to 2^31 - 1 */
  readonly number: number;
  readonly method: string;
}

/** @throws SipSyntaxError when it is not a number in range, a blank and a method */
export function parseCSeq(text: string): CSeq {
  let end = 0;
  while (end < text.length && text.charCodeAt(end) > 32) end++;
  const method = trimmed(text, skipWhitespace(text, end), text.length);
  if (!isToken(method)) throw new SipSyntaxError(`Malformed CSeq: ${JSON.stringify(text.slice(0, 40))}`, { header: 'CSeq' });
  return { number: parseScalar(text.slice(0, end), MAX_CSEQ, 'CSeq'), method };
}

export function formatCSeq(cseq: CSeq): string {
  return `${cseq.number} ${cseq.method}`;
}
