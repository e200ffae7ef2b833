/** Route and Record-Route, as a proxy reads and writes them (RFC 3261 §16.4, §16.6.4 and §16.6.6). */

import { uriAddress } from '../dialog/next-hop.ts';
import type { SipRequest } from '../message/message.ts';
import { parseUri, type Uri } from '../message/uri.ts';
import type { Address } from '../transport/transport.ts';

/** Requests that make dialogs, or by RFC 6665 §4.5.2 keep a subscription's path. */
const RECORDED = new Set(['INVITE', 'SUBSCRIBE', 'NOTIFY', 'REFER']);

export class Routing {
  /** Value of the Record-Route that we add. */
  readonly #recordRoute: string;
  readonly #own: Uri;
  readonly #local: Address;
  readonly #isPeer: (address: Address) => boolean;

  /** `recordRoute`: a sip URI with `lr` that leads back to us; `local`: where we also are; `isPeer`: where others are that stand in for us, as we for them. @throws SipSyntaxError, TypeError without lr */
  constructor(recordRoute: string, local: Address, isPeer: (address: Address) => boolean = () => false) {
    this.#own = parseUri(recordRoute);
    if (!this.#own.parameters.has('lr')) throw new TypeError(`The Record-Route URI ${recordRoute} needs the parameter lr`);
    this.#recordRoute = `<${recordRoute}>`;
    this.#local = local;
    this.#isPeer = isPeer;
  }

  /** Whether a Route or a Request-URI names this proxy itself, or a peer. */
  isOwn(uri: Uri): boolean {
    const port = uri.port ?? 5060;
    return (uri.host === this.#own.host && port === (this.#own.port ?? 5060)) || (uri.host === this.#local.host && port === this.#local.port) || this.#isPeer({ host: uri.host, port });
  }

  /** §16.4: takes our own Route off, and mends what a strict router before us did to the Request-URI. */
  preprocess(request: SipRequest): void {
    const { routes } = request;
    if (routes.length === 0) return;
    const target = request.parsedUri();
    const last = routes[routes.length - 1];
    if (last !== undefined && target.user === undefined && target.parameters.has('lr') && this.isOwn(target)) {
      request.uri = last.uri;
      removeLastRoute(request);
    }
    const [first] = request.routes;
    if (first !== undefined && this.isOwn(first.parsedUri())) request.headers.removeFirstValue('Route');
  }

  /** §16.6.4. */
  record(request: SipRequest): void {
    if (RECORDED.has(request.method)) request.headers.prepend('Record-Route', this.#recordRoute);
  }

  /** §16.6.6 and .7: where the copy goes; before a strict router the Request-URI moves to the end of the Route. @throws SipSyntaxError */
  postprocess(request: SipRequest): Address {
    const [first] = request.routes;
    if (first === undefined) return uriAddress(request.parsedUri());
    const uri = first.parsedUri();
    if (!uri.parameters.has('lr')) {
      request.headers.append('Route', `<${request.uri}>`);
      request.headers.removeFirstValue('Route');
      request.uri = first.uri;
    }
    return uriAddress(uri);
  }
}

function removeLastRoute(request: SipRequest): void {
  const values = request.headers.values('Route').slice(0, -1);
  if (values.length === 0) request.headers.delete('Route');
  else request.headers.set('Route', values.join(', '));
}
