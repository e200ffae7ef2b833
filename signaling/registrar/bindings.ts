/** How a REGISTER changes the bindings of its name (RFC 3261 §10.3 step 7). */

import { sameUri } from '../../shared/sip/message/uri.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';
import { isReplica, type Binding } from '../directory/entries.ts';
import { Refusal } from '../reply.ts';
import type { RequestedContact } from './contacts.ts';

/** Contacts that one name may have, replicas apart. */
const MAX_BINDINGS = 10;
const MAX_REPLICAS = 100;

/** The REGISTER itself, as bindings remember it. */
export interface Registration {
  readonly source: Address;
  readonly callId: string;
  readonly cseq: number;
  readonly via: string;
  readonly from: string;
  readonly to: string;
}

/**
 * The bindings after the request, most preferred first. A streamer that was started again comes from the same host with another
 * Call-ID: what it registered before it died is replaced, not kept beside. A replica says which one it is: it replaces itself, and others stay.
 * @param movesOn whether whoever goes on with a Call-ID from elsewhere is there now, and no longer where he was
 * @throws Refusal 500 when the request is older than what it would change, 403 when it brings too many contacts
 */
export function changedBindings(
  current: readonly Binding[],
  contacts: readonly RequestedContact[] | 'remove-all',
  registration: Registration,
  now: number,
  movesOn = false,
): Binding[] {
  const isOfCaller = (binding: Binding): boolean => movesOn && contacts !== 'remove-all' && contacts.some(({ seconds }) => seconds > 0) && binding.callId === registration.callId;
  requireOrder(contacts === 'remove-all' ? current : current.filter((binding) => names(contacts, binding) || isOfCaller(binding)), registration);
  if (contacts === 'remove-all') return [];
  const added = contacts.filter(({ seconds }) => seconds > 0).map((contact) => bind(contact, registration, now));
  const kept = current.filter((binding) => !names(contacts, binding) && !isOfCaller(binding) && !(added.length > 0 && isEarlierLife(binding, registration)));
  const bindings = [...kept, ...added].sort((a, b) => b.q - a.q);
  const limit = bindings.some(isReplica) ? MAX_REPLICAS : MAX_BINDINGS;
  if (bindings.length > limit) throw new Refusal(403, `a name has at most ${limit} contacts`);
  return bindings;
}

function names(contacts: readonly RequestedContact[], binding: Binding): boolean {
  return contacts.some(({ uri, replica }) => (replica !== undefined && replica.instance === binding.instance) || sameUri(uri, binding.contact));
}

/** Of a replica only another of the same instance is the next life. */
function isEarlierLife(binding: Binding, { callId, source }: Registration): boolean {
  return !isReplica(binding) && binding.callId !== callId && binding.source.host === source.host;
}

/** A request that was overtaken by a later one of its own Call-ID must change nothing. */
function requireOrder(affected: readonly Binding[], { callId, cseq }: Registration): void {
  if (affected.some((binding) => binding.callId === callId && binding.cseq >= cseq)) {
    throw new Refusal(500, `CSeq ${cseq} is not higher than that of an earlier REGISTER with this Call-ID`);
  }
}

/** Field by field: on the path of every REGISTER, a spread costs more than all else here. */
function bind(contact: RequestedContact, { source, callId, cseq, via, from, to }: Registration, now: number): Binding {
  const expiresAt = now + contact.seconds * 1000;
  const { replica } = contact;
  if (!replica) return { contact: contact.uri, address: contact.address, source, callId, cseq, q: contact.q, expiresAt, via, from, to };
  const { instance, load, capacity } = replica;
  return { contact: contact.uri, address: contact.address, source, callId, cseq, q: contact.q, expiresAt, via, from, to, instance, load, capacity };
}
