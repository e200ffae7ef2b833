/** What a user agent server checks before anyone handles a request (RFC 3261 §8.2.1 to §8.2.3). */

import type { SipRequest } from '../message/message.ts';
import { isTooShort, type SessionTimerPolicy } from '../dialog/session-timer.ts';
import type { ReplyOptions } from '../dialog/incoming-request.ts';

export interface Refusal {
  readonly status: number;
  readonly options: ReplyOptions;
}

/** Methods of the RFCs: what is in here is refused as not allowed, what is not as not implemented (§21.4.6, §21.5.2). */
const KNOWN_METHODS = new Set(['INVITE', 'ACK', 'BYE', 'CANCEL', 'OPTIONS', 'REGISTER', 'PRACK', 'SUBSCRIBE', 'NOTIFY', 'PUBLISH', 'INFO', 'REFER', 'MESSAGE', 'UPDATE']);

export function refuseMethod(method: string, allow: string): Refusal {
  return KNOWN_METHODS.has(method) ? { status: 405, options: { headers: { Allow: allow } } } : { status: 501, options: { headers: { Allow: allow } } };
}

/** §8.2.2.1: we are reached by sip: URIs alone. */
export function refuseScheme(request: SipRequest): Refusal | undefined {
  return request.parsedUri().scheme === 'sip' ? undefined : { status: 416, options: {} };
}

/** §8.2.2.3. */
export function refuseExtensions(request: SipRequest, supported: ReadonlySet<string>): Refusal | undefined {
  if (!request.headers.has('Require')) return undefined;
  const unknown = request.headers.values('Require').filter((extension) => !supported.has(extension.toLowerCase()));
  return unknown.length === 0 ? undefined : { status: 420, options: { headers: { Unsupported: unknown.join(', ') } } };
}

/** §8.2.3: a body of a kind that the handler did not declare, or one that is encoded. `accepts` undefined: anything. */
export function refuseContent(request: SipRequest, accepts: readonly string[] | undefined): Refusal | undefined {
  if (request.body.length === 0) return undefined;
  const encoding = request.headers.get('Content-Encoding');
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') return { status: 415, options: { headers: { 'Accept-Encoding': 'identity' } } };
  if (accepts === undefined || accepts.includes(request.contentType ?? '')) return undefined;
  return { status: 415, options: { headers: { Accept: accepts.join(', ') } } };
}

/** RFC 4028 §9: a session that would have to be refreshed too often. */
export function refuseInterval(request: SipRequest, policy: SessionTimerPolicy | undefined): Refusal | undefined {
  return policy && isTooShort(request, policy) ? { status: 422, options: { headers: { 'Min-SE': String(policy.minSe) } } } : undefined;
}
