/** Where a response travels: received and rport noted by the server (RFC 3581 §4, RFC 3261 §18.2.1), used for the answer (§18.2.2). */

import type { SipRequest, SipResponse } from './message.ts';
import { formatVia } from './via.ts';

export const DEFAULT_SIP_PORT = 5060;

/**
 * Notes in the request's top Via where it really came from: `received` where that differs from what the sender wrote
 * or rport was asked for, `rport` where it was asked for.
 * @throws SipSyntaxError when the Via is malformed
 */
export function noteSource(request: SipRequest, source: { readonly host: string; readonly port: number }): void {
  const via = request.topVia;
  const wantsPort = via.rport !== undefined;
  if (!wantsPort && sameHost(via.host, source.host)) return;
  let noted = via.withParameter('received', source.host);
  if (wantsPort) noted = noted.withParameter('rport', String(source.port));
  request.headers.replaceFirstValue('Via', formatVia(noted));
}

/** Where to send a response with this top Via. @throws SipSyntaxError when the Via is malformed */
export function responseTarget(response: SipResponse | SipRequest): { host: string; port: number } {
  const via = response.topVia;
  const sentByPort = via.port ?? DEFAULT_SIP_PORT;
  if (via.maddr !== undefined) return { host: via.maddr, port: sentByPort };
  const port = typeof via.rport === 'number' ? via.rport : sentByPort;
  return { host: via.received ?? via.host, port };
}

function sameHost(one: string, other: string): boolean {
  return one === other || one.toLowerCase() === other.toLowerCase();
}
