/** Responses as RFC 3261 §8.2.6 builds them from their request, and where they go (§18.2.2, RFC 3581 §4). */

import { Headers } from '../message/headers.ts';
import { SipResponse, type SipRequest } from '../message/message.ts';
import { reasonPhrase } from '../message/status.ts';
import type { Via } from '../message/via.ts';
import type { Address } from '../transport/transport.ts';

const DEFAULT_PORT = 5060;

/** Header fields in order; as an object where no name stands twice. */
export type HeaderValues = Iterable<readonly [string, string]> | Readonly<Record<string, string>>;

export function headerEntries(headers: HeaderValues): Iterable<readonly [string, string]> {
  return Symbol.iterator in headers ? (headers as Iterable<readonly [string, string]>) : Object.entries(headers);
}

export interface ResponseOptions {
  /** Tag for the To header, unless the request already brought one. */
  readonly toTag?: string;
  readonly reason?: string;
  /** Further headers, in order. */
  readonly headers?: HeaderValues;
  readonly body?: string | Buffer;
  readonly contentType?: string;
}

/** A response to `request` with its Via, From, To, Call-ID and CSeq; works on whatever headers a malformed request has. */
export function createResponse(request: SipRequest, status: number, options: ResponseOptions = {}): SipResponse {
  const headers = new Headers();
  for (const via of request.headers.all('Via')) headers.append('Via', via);
  copy(request, headers, 'From');
  const to = request.headers.get('To');
  if (to !== undefined) headers.append('To', options.toTag === undefined || hasTag(to) ? to : `${to};tag=${options.toTag}`);
  copy(request, headers, 'Call-ID');
  copy(request, headers, 'CSeq');
  if (status === 100) copy(request, headers, 'Timestamp');
  for (const [name, value] of headerEntries(options.headers ?? [])) headers.append(name, value);
  if (options.contentType !== undefined) headers.append('Content-Type', options.contentType);
  const body = typeof options.body === 'string' ? Buffer.from(options.body) : options.body;
  return new SipResponse(status, options.reason ?? reasonPhrase(status), headers, body);
}

function copy(request: SipRequest, headers: Headers, name: string): void {
  const value = request.headers.get(name);
  if (value !== undefined) headers.append(name, value);
}

/** Whether the text of a To header carries a tag, told without parsing it: its parameters stand after the last `>`. */
function hasTag(to: string): boolean {
  return /;\s*tag\s*=/i.test(to.slice(to.lastIndexOf('>') + 1));
}

/** Adds `received` and fills in `rport`, as the element that received the request must. @returns the topmost Via as it now is */
export function stampVia(request: SipRequest, source: Address): Via {
  const via = request.topVia;
  const wantsPort = via.parameters.has('rport');
  // A sender that fills these in itself would aim our answer elsewhere.
  if (!wantsPort && via.host === source.host && !via.parameters.has('received')) return via;
  const stamped = via.stamped(source.host, wantsPort ? source.port : undefined);
  request.headers.replaceFirstValue('Via', stamped.toString());
  return stamped;
}

/**
 * Where the response to a request with this topmost Via goes. `maddr` is not followed: it would let a stranger aim our
 * answers at a third party.
 */
export function responseAddress(via: Via): Address {
  const port = typeof via.rport === 'number' ? via.rport : (via.port ?? DEFAULT_PORT);
  return { host: via.received ?? via.host, port };
}
