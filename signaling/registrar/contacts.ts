/** The Contact headers of a REGISTER as changes to bindings (RFC 3261 §10.2.1, §10.2.2, §10.3). */

import { DEFAULT_SIP_PORT } from '../../shared/sip/dialog/next-hop.ts';
import type { NameAddress } from '../../shared/sip/message/address.ts';
import type { SipRequest } from '../../shared/sip/message/message.ts';
import { parseDigits } from '../../shared/sip/message/scalars.ts';
import type { Uri } from '../../shared/sip/message/uri.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';
import { isLoopback, isUnspecified } from '../address.ts';
import { Refusal } from '../reply.ts';

const MAX_CONTACTS = 10;
const MAX_CONTACT_LENGTH = 512;
const MAX_INSTANCE_LENGTH = 128;
const MAX_CAPACITY = 1_000_000;

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
  /** Of one streamer among several of its name. */
  readonly replica: RequestedReplica | undefined;
}

export interface RequestedReplica {
  /** `urn:uuid:…`, compared as text. */
  readonly instance: string;
  /** 0 to 1. */
  readonly load: number;
  /** Viewers. */
  readonly capacity: number;
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
    replica: replicaOf(contact),
  }));
}

/** Phones tell their instance as well (RFC 5626), and are rung all at once: only who says how much he takes is one of several to choose from. */
function replicaOf({ parameters }: NameAddress): RequestedReplica | undefined {
  const instance = parameters.get('+sip.instance');
  const capacity = parameters.get('capacity');
  if (typeof instance !== 'string' || capacity === undefined) return undefined;
  const urn = /^<(.+)>$/.exec(instance)?.[1];
  if (urn === undefined || urn.length > MAX_INSTANCE_LENGTH) throw new Refusal(400, `+sip.instance is a URN in brackets, of at most ${MAX_INSTANCE_LENGTH} characters`);
  const viewers = capacity === true ? undefined : parseDigits(capacity, MAX_CAPACITY);
  if (viewers === undefined || viewers === 0 || viewers === Infinity) throw new Refusal(400, `capacity is a number of viewers, 1 to ${MAX_CAPACITY}`);
  const load = Number(parameters.get('load') ?? '0');
  if (!(load >= 0 && load <= 1)) throw new Refusal(400, 'load is a number from 0 to 1');
  return { instance: urn, load, capacity: viewers };
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
