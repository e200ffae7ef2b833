/** Where a request is sent (RFC 3261 §8.1.2), short of RFC 3263's DNS records: host and port as the URI has them. */

import type { SipRequest } from '../message/message.ts';
import { SipSyntaxError } from '../message/syntax-error.ts';
import { parseUri, type Uri } from '../message/uri.ts';
import type { Address } from '../transport/transport.ts';

export const DEFAULT_SIP_PORT = 5060;

/** @throws SipSyntaxError (416) for a URI that is not sip: */
export function uriAddress(uri: string | Uri): Address {
  const parsed = typeof uri === 'string' ? parseUri(uri) : uri;
  if (parsed.scheme !== 'sip') throw new SipSyntaxError(`Cannot send to a ${parsed.scheme.slice(0, 20)} URI over UDP`, { status: 416 });
  const maddr = parsed.parameters.get('maddr');
  return { host: typeof maddr === 'string' ? maddr : parsed.host, port: parsed.port ?? DEFAULT_SIP_PORT };
}

/** The topmost Route, or else the Request-URI. @throws SipSyntaxError */
export function requestAddress(request: SipRequest): Address {
  const [route] = request.routes;
  return uriAddress(route === undefined ? request.parsedUri() : route.parsedUri());
}
