/** What a message must have beyond being readable, checked before anybody acts on it (RFC 3261 §8.1.1, §8.2, §16.3; RFC 4475). */

import type { NameAddress } from '../message/address.ts';
import { SipRequest, type SipResponse } from '../message/message.ts';
import { SipSyntaxError } from '../message/syntax-error.ts';

/** Header fields that a message has exactly once, each with a bit of its own. */
const SINGLE = new Map(
  ['To', 'From', 'Call-ID', 'CSeq', 'Max-Forwards', 'Content-Length', 'Content-Type', 'Expires', 'Event', 'Min-Expires', 'Date'].map((name, index) => [name, 1 << index]),
);

/** Accessors that throw for what is missing or malformed. */
const READERS: readonly ((message: SipRequest | SipResponse) => unknown)[] = [
  (message) => message.callId,
  (message) => message.from,
  (message) => message.to,
  (message) => message.vias,
  (message) => message.maxForwards,
  (message) => message.expires,
  (message) => message.routes,
  (message) => message.recordRoutes,
  (message) => message.contacts === '*' || message.contacts.every(isReadable),
];

/** True, or it throws. */
function isReadable(contact: NameAddress): boolean {
  contact.parsedUri();
  return contact.expires === undefined || contact.expires >= 0;
}

/**
 * Reads every header that routing and transactions stand on: To, From, Call-ID, CSeq, all of Via, Max-Forwards, Expires,
 * Contact, Route, Record-Route, the Request-URI. Afterwards none of those accessors throws.
 * @throws SipSyntaxError (400) for a missing, malformed, doubled or out-of-range one, and for a CSeq of another method
 */
export function validate(message: SipRequest | SipResponse): void {
  refuseDoubled(message);
  for (const read of READERS) read(message);
  const { method } = message.cseq;
  if (!(message instanceof SipRequest)) return;
  if (method !== message.method) {
    throw new SipSyntaxError(`CSeq is of ${method.slice(0, 40)}, the request is ${message.method.slice(0, 40)}`, { header: 'CSeq' });
  }
  if (message.parsedUri().headers.size > 0) throw new SipSyntaxError('The Request-URI must not carry headers');
}

function refuseDoubled(message: SipRequest | SipResponse): void {
  let seen = 0;
  for (const { key } of message.headers.fields) {
    const bit = SINGLE.get(key) ?? 0;
    if ((seen & bit) !== 0) throw new SipSyntaxError(`${key} stands there more than once`, { header: key });
    seen |= bit;
  }
}
