/** Which transaction a message belongs to: RFC 3261 §17.1.3 and §17.2.3. */

import type { SipRequest } from '../message/message.ts';
import { BRANCH_COOKIE } from '../message/via.ts';

/** An ACK belongs to the INVITE that it acknowledges. */
function matchedMethod(method: string): string {
  return method === 'ACK' ? 'INVITE' : method;
}

/**
 * The key of the server transaction of `request`, or for CANCEL that of the INVITE with `method` 'INVITE'. To be asked before
 * the topmost Via is stamped. Where the branch is not RFC 3261's, the rules for RFC 2543 clients apply.
 */
export function serverKey(request: SipRequest, method: string = request.method): string {
  const via = request.topVia;
  const { branch } = via;
  // Joined, not concatenated: a key that lingers must be a string of its own, not a tree whose leaves keep the whole message alive.
  if (branch?.startsWith(BRANCH_COOKIE) === true) return [branch, via.host, via.port, matchedMethod(method)].join(' ');
  return [request.uri, request.from.tag, request.callId, request.cseq.number, String(via), matchedMethod(method)].join(' ');
}

/** The key of a client transaction: only CANCEL shares its branch with another. */
export function clientKey(branch: string, method: string): string {
  return method === 'CANCEL' ? `${branch} CANCEL` : branch;
}
