/** Max-Breadth (RFC 5393 §5): how many branches one request may have at a time, all proxies taken together. */

import { parseDigits } from '../message/scalars.ts';
import type { SipRequest } from '../message/message.ts';
import { SipSyntaxError } from '../message/syntax-error.ts';

/** What a request without the header is taken to carry. */
const DEFAULT_MAX_BREADTH = 60;
const LIMIT = 2 ** 31 - 1;
const MAX_BREADTH_EXCEEDED = 440;

/**
 * What each of `branches` copies may fork to in turn.
 * @throws SipSyntaxError 440 when it is not enough for them all, 400 for a header that is no number
 */
export function shareOfBreadth(request: SipRequest, branches: number): number {
  const text = request.headers.get('Max-Breadth');
  const breadth = text === undefined ? DEFAULT_MAX_BREADTH : parseDigits(text, LIMIT);
  if (breadth === undefined) throw new SipSyntaxError('Max-Breadth is no number', { header: 'Max-Breadth' });
  const share = Math.floor(Math.min(breadth, LIMIT) / branches);
  if (share < 1) throw new SipSyntaxError(`Max-Breadth ${breadth} is too little for ${branches} branches`, { status: MAX_BREADTH_EXCEEDED });
  return share;
}
