/** The registrar (RFC 3261 §10.3): who holds which name, and where. A change is durable before it is answered. */

import { isDeepStrictEqual } from 'node:util';
import { PUBLISH_NAME } from '../../shared/publish/publish-name.ts';
import { isRoomName } from '../../shared/rooms/room-name.ts';
import { NameAddress } from '../../shared/sip/message/address.ts';
import type { SipRequest } from '../../shared/sip/message/message.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';
import { sameAddress } from '../address.ts';
import { DirectoryConflictError } from '../directory/directory.ts';
import type { Directory } from '../directory/directory.ts';
import { isReplica, ONE_OF_KIND } from '../directory/entries.ts';
import type { Binding, Kind, Streamer, StreamerInfo } from '../directory/entries.ts';
import { Refusal } from '../reply.ts';
import type { Reply } from '../reply.ts';
import { changedBindings } from './bindings.ts';
import type { Registration } from './bindings.ts';
import { requestedContacts } from './contacts.ts';
import type { ExpiryLimits, RequestedContact } from './contacts.ts';
import { NO_INFO, readIntroduction } from './introduction.ts';
import type { Introduction } from './introduction.ts';
import type { Location } from './location.ts';
import { registeredName } from './name.ts';

export interface RegistrarLimits {
  readonly expiry: ExpiryLimits;
  /** Names in all. */
  readonly maxStreamers: number;
  /** Sent with 503. */
  readonly retryAfterSeconds: number;
}

export const DEFAULT_REGISTRAR_LIMITS: RegistrarLimits = {
  expiry: { defaultSeconds: 3600, minSeconds: 10, maxSeconds: 3600 },
  maxStreamers: 20_000,
  retryAfterSeconds: 30,
};

/** Contacts that an answer lists. */
const MAX_LISTED_BINDINGS = 10;

/** Longest Call-ID, and longest From, To and Via that a registration keeps. */
const MAX_CALL_ID = 256;
const MAX_KEPT_HEADER = 1024;

/** How often a REGISTER is tried that other daemons get in the way of. */
const MAX_ATTEMPTS = 4;

/** What somebody who registers a name says of himself. */
interface Claim {
  readonly source: Address;
  readonly identity: string | undefined;
  readonly callId: string;
  readonly contacts: readonly RequestedContact[] | 'remove-all';
  /** Undefined where he does not say. */
  readonly kind: Kind | undefined;
}

export interface RegistrarOptions {
  readonly directory: Directory;
  readonly location: Location;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly limits?: RegistrarLimits;
}

export class Registrar {
  readonly #directory: Directory;
  readonly #location: Location;
  readonly #now: () => number;
  readonly #limits: RegistrarLimits;
  /** Names whose change is on its way to the disk. */
  readonly #unacknowledged = new Map<string, number>();
  /** The body that an entry's info was read from: a refresh that repeats it is not parsed again. */
  readonly #bodies = new WeakMap<StreamerInfo, Buffer>();

  constructor(options: RegistrarOptions) {
    this.#directory = options.directory;
    this.#location = options.location;
    this.#now = options.now;
    this.#limits = options.limits ?? DEFAULT_REGISTRAR_LIMITS;
  }

  /**
   * Carries out a REGISTER.
   * @param source where it came from
   * @param identity who proved to send it; undefined where no secret is configured
   * @returns the answer, once it is true on disk
   * @throws Refusal, SipSyntaxError for a malformed request, DirectoryWriteError when nothing could be changed
   */
  async register(request: SipRequest, source: Address, identity: string | undefined): Promise<Reply> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#carryOut(request, source, identity);
      } catch (error) {
        // Another daemon was asked for the same name at the same moment: what it made of it counts now.
        if (!(error instanceof DirectoryConflictError) || attempt === MAX_ATTEMPTS) throw error;
      }
    }
  }

  async #carryOut(request: SipRequest, source: Address, identity: string | undefined): Promise<Reply> {
    const name = registeredName(request);
    if (isRoomName(name)) throw new Refusal(403, 'names that begin so are those of rooms');
    if (name === PUBLISH_NAME) throw new Refusal(403, 'whoever publishes calls that name: it is nobody’s');
    const contacts = requestedContacts(request, source, this.#limits.expiry);
    if (contacts.length === 0) return this.#query(name, { source, identity, callId: request.callId });
    const current = this.#location.find(name);
    const introduction = this.#introductionOf(request, current);
    const holder = this.#requireHolder(name, { source, identity, callId: request.callId, contacts, kind: introduction?.kind });
    const kind = introduction?.kind ?? holder?.kind ?? 'streamer';
    const info = introduction?.info ?? current?.info ?? NO_INFO;
    const before = current?.bindings ?? this.#forgottenReplicas(name);
    const [first, ...further] = changedBindings(before, contacts, registrationOf(request, source), this.#now(), kind === 'person');
    const changed = first && { name, kind, info, identity, bindings: [first, ...further] as const, forgotten: false };
    if (changed && isRefresh(current, changed) && !this.#unacknowledged.has(name)) this.#directory.streamers.putLazily(changed);
    else await this.#makeDurable(name, changed);
    return this.#bindingsOf(name, contacts);
  }

  /** After a restart the first replica that returns speaks for all: the others go on, and are about to return as well. */
  #forgottenReplicas(name: string): readonly Binding[] {
    const now = this.#now();
    return this.#directory.streamers.get(name)?.bindings.filter((binding) => isReplica(binding) && binding.expiresAt > now) ?? [];
  }

  /** Whoever asks is told where a name is reached; of a person, only who registered him. @throws Refusal 403 */
  #query(name: string, asker: Pick<Claim, 'source' | 'identity' | 'callId'>): Reply {
    if (this.#location.find(name)?.kind === 'person') this.#requireHolder(name, { ...asker, contacts: 'remove-all', kind: undefined });
    return this.#bindingsOf(name);
  }

  async #makeDurable(name: string, changed: Streamer | undefined): Promise<void> {
    const { streamers } = this.#directory;
    if (changed && !streamers.get(name) && streamers.size >= this.#limits.maxStreamers) {
      throw new Refusal(503, 'there are as many streamers as this directory holds', { headers: [['Retry-After', String(this.#limits.retryAfterSeconds)]] });
    }
    this.#unacknowledged.set(name, (this.#unacknowledged.get(name) ?? 0) + 1);
    try {
      await (changed ? streamers.put(changed) : streamers.delete(name));
    } finally {
      const others = (this.#unacknowledged.get(name) ?? 1) - 1;
      if (others === 0) this.#unacknowledged.delete(name);
      else this.#unacknowledged.set(name, others);
    }
  }

  #introductionOf(request: SipRequest, current: Streamer | undefined): Introduction | undefined {
    if (current && this.#bodies.get(current.info)?.equals(request.body) === true) return current;
    const introduction = readIntroduction(request);
    if (current && introduction?.kind === current.kind && isDeepStrictEqual(introduction.info, current.info)) {
      // It came to us by another daemon, or from the disk, and says nothing new.
      this.#bodies.set(current.info, Buffer.from(request.body));
      return current;
    }
    // A copy: the request's body is a piece of a larger buffer.
    if (introduction) this.#bodies.set(introduction.info, Buffer.from(request.body));
    return introduction;
  }

  /**
   * A name is its holder's for as long as it is registered, also across a restart: the identity that registered it, or where there are
   * none the host that it was registered from. A person's is also held by the address at which he is reached: several fronts on one
   * host, or with one identity, are not the same. So is what an ingest registers, which is published and nobody's who happens to be there.
   * Whoever goes on with the Call-ID by which a person is registered is his front, wherever it is: only fronts of one database can know it,
   * and one that takes over from another that died does.
   * @returns who holds it
   */
  #requireHolder(name: string, { source, identity, callId, contacts, kind }: Claim): Streamer | undefined {
    const holder = this.#directory.streamers.get(name);
    const now = this.#now();
    const live = holder?.bindings.filter((binding) => binding.expiresAt > now) ?? [];
    if (!holder || live.length === 0) return undefined;
    if (kind !== undefined && kind !== holder.kind) throw new Refusal(403, `the name ${name} is held by ${ONE_OF_KIND[holder.kind]}`);
    const goesOn = holder.kind === 'person' && live.every((binding) => binding.callId === callId);
    if (goesOn && holder.identity === identity) return holder;
    const reached = contacts === 'remove-all' ? [source] : contacts.map(({ address }) => address);
    const holds =
      (identity === undefined ? holder.bindings.every((binding) => binding.source.host === source.host) : holder.identity === identity) &&
      (!this.#isHeldByAddress(holder, reached) || live.every((binding) => reached.some((address) => sameAddress(address, binding.address))));
    if (!holds) throw new Refusal(403, `the name ${name} is held by another`);
    return holder;
  }

  /** A person, or a streamer that an ingest has registered, or is about to: others may be started again elsewhere. */
  #isHeldByAddress({ kind, bindings }: Streamer, reached: readonly Address[]): boolean {
    if (kind !== 'streamer') return kind === 'person';
    const addresses = [...reached, ...bindings.map(({ address }) => address)];
    return [...this.#location.all('ingest')].some((ingest) => ingest.bindings.some(({ address }) => addresses.some((each) => sameAddress(each, address))));
  }

  /** @param asked by one of many replicas, that one alone: a list of all would not fit into a datagram */
  #bindingsOf(name: string, asked: readonly RequestedContact[] | 'remove-all' = []): Reply {
    const now = this.#now();
    const replicas = asked === 'remove-all' ? [] : asked.flatMap(({ replica }) => replica?.instance ?? []);
    const all = this.#location.find(name)?.bindings ?? [];
    const bindings = replicas.length === 0 ? all.slice(0, MAX_LISTED_BINDINGS) : all.filter(({ instance = '' }) => replicas.includes(instance));
    return { status: 200, headers: bindings.map((binding) => ['Contact', contactOf(binding, now)] as const) };
  }
}

function contactOf(binding: Binding, now: number): string {
  const contact = new NameAddress(binding.contact).withParameter('expires', String(Math.ceil((binding.expiresAt - now) / 1000)));
  const preferred = binding.q === 1 ? contact : contact.withParameter('q', String(binding.q));
  return (isReplica(binding) ? preferred.withParameter('+sip.instance', `<${binding.instance}>`) : preferred).toString();
}

/** @throws Refusal 400 for headers that are too long to keep */
function registrationOf(request: SipRequest, source: Address): Registration {
  const { callId } = request;
  if (callId.length > MAX_CALL_ID) throw new Refusal(400, `a Call-ID has at most ${MAX_CALL_ID} characters`);
  const kept = (header: string): string => {
    const value = request.headers.get(header) ?? '';
    if (value.length > MAX_KEPT_HEADER) throw new Refusal(400, `${header} has at most ${MAX_KEPT_HEADER} characters in a REGISTER`);
    return value;
  };
  return { source, callId, cseq: request.cseq.number, via: kept('Via'), from: kept('From'), to: kept('To') };
}

/** Nothing that must outlive a crash is new, only the time until which it holds, and the load, which is told again soon. */
function isRefresh(current: Streamer | undefined, changed: Streamer): boolean {
  return (
    current !== undefined &&
    current.info === changed.info &&
    current.identity === changed.identity &&
    current.bindings.length === changed.bindings.length &&
    changed.bindings.every(({ contact, callId, q, instance, capacity }) =>
      current.bindings.some((old) => old.contact === contact && old.callId === callId && old.q === q && old.instance === instance && old.capacity === capacity),
    )
  );
}
