/** The state that two user agents share as a dialog, and the requests that it shapes (RFC 3261 §12). */

import { Headers } from '../message/headers.ts';
import { parseNameAddress } from '../message/address.ts';
import { SipRequest, type SipResponse } from '../message/message.ts';
import type { Address } from '../transport/transport.ts';
import { uriAddress } from './next-hop.ts';

export interface DialogFields {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  /** From and To as they stand in our requests, tags included. */
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly localSequence: number;
  readonly remoteSequence: number | undefined;
  readonly remoteTarget: string;
  /** Route header values, nearest first. */
  readonly routeSet: readonly string[];
}

/** Methods whose Contact moves the remote target (RFC 3261 §12.2, RFC 3311, RFC 6665 §4.4.1). */
const TARGET_REFRESH = new Set(['INVITE', 'UPDATE', 'SUBSCRIBE', 'NOTIFY']);

export class DialogState implements DialogFields {
  readonly callId: string;
  readonly localTag: string;
  readonly remoteTag: string;
  readonly localAddress: string;
  readonly remoteAddress: string;
  readonly routeSet: readonly string[];
  localSequence: number;
  remoteSequence: number | undefined;
  remoteTarget: string;

  constructor(fields: DialogFields) {
    this.callId = fields.callId;
    this.localTag = fields.localTag;
    this.remoteTag = fields.remoteTag;
    this.localAddress = fields.localAddress;
    this.remoteAddress = fields.remoteAddress;
    this.routeSet = fields.routeSet;
    this.localSequence = fields.localSequence;
    this.remoteSequence = fields.remoteSequence;
    this.remoteTarget = fields.remoteTarget;
  }

  /** §12.1.2: what the UAC learns from a response to the request that it sent. */
  static ofClient(request: SipRequest, response: SipResponse): DialogState {
    return new DialogState({
      callId: request.callId,
      localTag: request.from.tag ?? '',
      remoteTag: response.to.tag ?? '',
      localAddress: request.headers.get('From') ?? '',
      remoteAddress: response.headers.get('To') ?? '',
      localSequence: request.cseq.number,
      remoteSequence: undefined,
      remoteTarget: contactOf(response) ?? request.uri,
      routeSet: response.headers.values('Record-Route').reverse(),
    });
  }

  /** §12.1.1: what the UAS learns from a request that it answers with the tag `localTag`. */
  static ofServer(request: SipRequest, localTag: string): DialogState {
    const to = request.to;
    return new DialogState({
      callId: request.callId,
      localTag,
      remoteTag: request.from.tag ?? '',
      localAddress: (to.tag === undefined ? to.withParameter('tag', localTag) : to).toString(),
      remoteAddress: request.headers.get('From') ?? '',
      localSequence: 0,
      remoteSequence: request.cseq.number,
      remoteTarget: contactOf(request) ?? request.from.uri,
      routeSet: request.headers.values('Record-Route'),
    });
  }

  /** Equal for both directions of one dialog as one side sees it. */
  get id(): string {
    return dialogId(this.callId, this.localTag, this.remoteTag);
  }

  /** §12.2.1.1: a request inside the dialog. ACK and CANCEL repeat the CSeq number of their INVITE: give it as `sequence`. */
  createRequest(method: string, sequence: number = ++this.localSequence): SipRequest {
    const headers = new Headers();
    const { uri, routes } = this.#routing();
    for (const route of routes) headers.append('Route', route);
    headers.append('Max-Forwards', '70');
    headers.append('From', this.localAddress);
    headers.append('To', this.remoteAddress);
    headers.append('Call-ID', this.callId);
    headers.append('CSeq', `${sequence} ${method}`);
    return new SipRequest(method, uri, headers);
  }

  /** Where requests inside the dialog are sent. @throws SipSyntaxError for a route or target that is no usable URI */
  nextHop(): Address {
    const [first] = this.routeSet;
    return uriAddress(first === undefined ? this.remoteTarget : parseNameAddress(first, 'Route').uri);
  }

  /** §12.2.2: notes the CSeq of a request that came in; false when it is out of order (500). */
  acceptSequence(request: SipRequest): boolean {
    const { number } = request.cseq;
    if (this.remoteSequence !== undefined && number <= this.remoteSequence) return false;
    this.remoteSequence = number;
    return true;
  }

  /** §12.2.1.2, §12.2.2: a target refresh moves the remote target; anything else leaves it. */
  refreshTarget(method: string, message: SipRequest | SipResponse): void {
    if (!TARGET_REFRESH.has(method)) return;
    this.remoteTarget = contactOf(message) ?? this.remoteTarget;
  }

  /** A strict router (no `lr`) gets itself as the Request-URI, and the target travels as the last Route. */
  #routing(): { uri: string; routes: readonly string[] } {
    const [first, ...others] = this.routeSet;
    if (first === undefined) return { uri: this.remoteTarget, routes: [] };
    const route = parseNameAddress(first, 'Route');
    if (route.parsedUri().parameters.has('lr')) return { uri: this.remoteTarget, routes: this.routeSet };
    return { uri: route.uri, routes: [...others, `<${this.remoteTarget}>`] };
  }
}

export function dialogId(callId: string, localTag: string, remoteTag: string): string {
  return `${callId} ${localTag} ${remoteTag}`;
}

function contactOf(message: SipRequest | SipResponse): string | undefined {
  const { contacts } = message;
  return contacts === '*' ? undefined : contacts[0]?.uri;
}
