/** The Contact headers of a REGISTER as changes to bindings (RFC 3261 §10.2.1, §10.2.2, §10.3). */

import { DEFAULT_SIP_PORT } from '../../shared/sip/dialog/next-hop.ts';
import type { NameAddress } from '../../shared/sip/message/address.ts';
import type { SipRequest } from '../../shared/sip/message/message.ts';
import type { Uri } from '../../shared/sip/message/uri.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';
import { isLoopback, isUnspecified } from '../address.ts';
import { Refusal } from '../reply.ts';

const MAX_CONTACTS = 10;
const MAX_CONTACT_LENGTH = 512;

export interface ExpiryLimits {
  /** Seconds where the request does not say. */
  readonly defaultSeconds: number;
  /** What is shorter is refused with 423, 0 apart. */
  readonly minSeconds: number;
  /** What is longer is shortened. */
  readonly maxSeconds: number;
}

export interface RequestedContact {
  readonly uri: string;
  readonly address: Address;
  readonly q: number;
  /** 0 removes it. */
  readonly seconds: number;
}

/**
 * What the request wants: nothing (a query), all removed, or these contacts.
 * @throws Refusal 400 for contacts that cannot be called, 423 for too short a time
 */
export function requestedContacts(request: SipRequest, source: Address, limits: ExpiryLimits): readonly RequestedContact[] | 'remove-all' {
  const { contacts } = request;
  if (contacts === '*') {
    if (request.headers.values('Contact').length !== 1 || request.expires !== 0) {
      throw new Refusal(400, 'Contact: * must stand alone and with Expires: 0');
    }
    return 'remove-all';
  }
  if (contacts.length > MAX_CONTACTS) throw new Refusal(400, `a REGISTER has at most ${MAX_CONTACTS} contacts`);
  return contacts.map((contact) => ({
    uri: contact.uri,
    address: addressOf(contact, source),
    q: contact.q,
    seconds: lifetime(contact.expires ?? request.expires ?? limits.defaultSeconds, limits),
  }));
}

function lifetime(seconds: number, { minSeconds, maxSeconds }: ExpiryLimits): number {
  if (seconds > 0 && seconds < minSeconds) {
    throw new Refusal(423, `a registration lasts at least ${minSeconds} s`, { headers: [['Min-Expires', String(minSeconds)]] });
  }
  return Math.min(seconds, maxSeconds);
}

function addressOf(contact: NameAddress, source: Address): Address {
  if (contact.uri.length > MAX_CONTACT_LENGTH) throw new Refusal(400, `a contact has at most ${MAX_CONTACT_LENGTH} characters`);
  const uri = contact.parsedUri();
  if (uri.scheme !== 'sip') throw new Refusal(400, 'a contact must be a sip URI');
  const transport = uri.parameters.get('transport') ?? 'udp';
  if (typeof transport !== 'string' || transport.toLowerCase() !== 'udp') throw new Refusal(400, 'a contact must be reached over UDP');
  return reachable(uri, source);
}

/**
 * Where requests for a URI go. A host that can only be meant by its own machine (0.0.0.0, or loopback from elsewhere) is replaced by
 * where the request came from.
 */
export function reachable(uri: Pick<Uri, 'host' | 'port'>, source: Address): Address {
  const port = uri.port ?? DEFAULT_SIP_PORT;
  if (isUnspecified(uri.host) || (isLoopback(uri.host) && !isLoopback(source.host))) return { host: source.host, port };
  return { host: uri.host, port };
}
