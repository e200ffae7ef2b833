/** Loop detection (RFC 3261 §16.3.4 and §16.6.8 as RFC 5393 §4.2 amends them): our branch tells what the request was like when we sent it on. */

import type { SipRequest } from '../message/message.ts';
import type { TransactionLayer } from '../transaction/layer.ts';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** Stands between the unique part of our branches and their fingerprint; no hexadecimal digit. */
const SEPARATOR = '.';

/** A digest of all that decides where the request goes, so that a spiral, which changes it, is told from a loop. */
export function routeFingerprint(request: SipRequest): string {
  const { headers } = request;
  const text = [
    request.uri,
    request.from.tag ?? '',
    request.to.tag ?? '',
    request.callId,
    request.headers.get('CSeq') ?? '',
    ...headers.all('Route'),
    ...headers.all('Proxy-Require'),
    ...headers.all('Proxy-Authorization'),
  ].join('\n');
  let hash = FNV_OFFSET;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return (hash >>> 0).toString(36);
}

/** A branch that carries the fingerprint. */
export function proxyBranch(layer: TransactionLayer, fingerprint: string): string {
  return layer.newBranch(SEPARATOR + fingerprint);
}

/** Whether we have sent this very request on before. Vias are looked at as text first: nearly always there is nothing to find. */
export function isLoop(layer: TransactionLayer, request: SipRequest, fingerprint: string): boolean {
  const mark = SEPARATOR + fingerprint;
  if (!request.headers.all('Via').some((line) => line.includes(mark))) return false;
  return request.vias.some((via) => layer.isOurs(via) && via.branch?.endsWith(mark) === true);
}
