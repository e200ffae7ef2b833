/** Loop detection (RFC 3261 §16.3.4 and §16.6.8 as RFC 5393 §4.2 amends them): our branch tells what the request was like when we sent it on. */

import type { SipRequest } from '../message/message.ts';
import type { TransactionLayer } from '../transaction/layer.ts';

const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;
const LINE_BREAK = 10;

/** Stands between the unique part of our branches and their fingerprint; no hexadecimal digit. */
const SEPARATOR = '.';

/** Header fields that decide where a request goes. */
const ROUTING_FIELDS: ReadonlySet<string> = new Set(['Route', 'Proxy-Require', 'Proxy-Authorization']);

/** A digest of all that decides where the request goes, so that a spiral, which changes it, is told from a loop. */
export function routeFingerprint(request: SipRequest): string {
  let hash = hashed(FNV_OFFSET, request.uri);
  hash = hashed(hash, request.from.tag ?? '');
  hash = hashed(hash, request.to.tag ?? '');
  hash = hashed(hash, request.callId);
  hash = hashed(hash, request.headers.keyed('CSeq')?.value ?? '');
  // A field's value is made when it is asked for: only those that count are asked.
  for (const field of request.headers.fields) if (ROUTING_FIELDS.has(field.key)) hash = hashed(hash, field.value);
  return (hash >>> 0).toString(36);
}

/** FNV-1a over the text and a line break. */
function hashed(seed: number, text: string): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return Math.imul(hash ^ LINE_BREAK, FNV_PRIME);
}

/** A branch that carries the fingerprint. */
export function proxyBranch(layer: TransactionLayer, fingerprint: string): string {
  return layer.newBranch(SEPARATOR + fingerprint);
}

/** Whether we have sent this very request on before. Vias are looked at as text first: nearly always there is nothing to find. */
export function isLoop(layer: TransactionLayer, request: SipRequest, fingerprint: string): boolean {
  const mark = SEPARATOR + fingerprint;
  if (!request.headers.fields.some((field) => field.key === 'Via' && field.value.includes(mark))) return false;
  return request.vias.some((via) => layer.isOurs(via) && via.branch?.endsWith(mark) === true);
}
