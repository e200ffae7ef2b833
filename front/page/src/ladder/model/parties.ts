/** Who is at which address: as front tells, and as far as the messages themselves show, for a capture tells nothing else. */
import type { Party, WireMessage } from '../../connection/trace.ts';
import { countOfHeader, headerOf, userIn } from './sip-text.ts';
import type { SipText } from './sip-text.ts';

/** Addresses that are remembered; those of a running system are few. */
const MAX_PARTIES = 500;
const FRONT_PRODUCT = 'sipcast-front/';
const LISTS: readonly string[] = ['directory', 'people', 'rooms', 'trace'];
/** Left to right. */
const ORDER: readonly (Party['kind'] | undefined)[] = ['front', 'signaling', 'streamer', 'focus', 'ingest', undefined];

export class Parties {
  readonly #told = new Map<string, Party>();
  readonly #guessed = new Map<string, Party>();

  at(address: string): Party | undefined {
    return this.#told.get(address) ?? this.#guessed.get(address);
  }

  tell(parties: ReadonlyMap<string, Party>): void {
    for (const [address, party] of parties) remember(this.#told, address, party);
  }

  /** Looks at who speaks how to whom. */
  learn({ source, target }: WireMessage, sip: SipText): void {
    if (sip.method === undefined) return;
    // With more than one Via somebody else's words are relayed.
    const relayed = countOfHeader(sip, 'Via') > 1;
    const isFronts = !relayed && (headerOf(sip, 'User-Agent').startsWith(FRONT_PRODUCT) || (sip.method === 'SUBSCRIBE' && LISTS.includes(headerOf(sip, 'Event'))));
    if (sip.method === 'REGISTER' && !relayed) {
      this.#guess(target, { name: 'signaling', kind: 'signaling' });
      const name = userIn(headerOf(sip, 'To'));
      const host = /"kind"\s*:\s*"(focus|ingest)"/.exec(sip.body)?.[1] as 'focus' | 'ingest' | undefined;
      this.#guess(source, host ? { name, kind: host } : isFronts || /"kind"\s*:\s*"person"/.test(sip.body) ? { name: 'front', kind: 'front' } : { name, kind: 'streamer' });
    } else if (isFronts) this.#guess(source, { name: 'front', kind: 'front' });
    else if (relayed) {
      this.#guess(source, { name: 'signaling', kind: 'signaling' });
      if (sip.method === 'INVITE' && userIn(sip.uri) !== '') this.#guess(target, { name: userIn(sip.uri), kind: 'streamer' });
    }
  }

  forget(): void {
    this.#guessed.clear();
  }

  /** The lifelines of those addresses, from left to right: fronts, signaling, streamers, those who host rooms or take what is published, others. */
  ordered(addresses: Iterable<string>): string[] {
    const rank = (address: string): number => ORDER.indexOf(this.at(address)?.kind);
    return [...addresses].sort((a, b) => rank(a) - rank(b));
  }

  /** What was seen first stays. */
  #guess(address: string, party: Party): void {
    if (!this.#guessed.has(address)) remember(this.#guessed, address, party);
  }
}

function remember(parties: Map<string, Party>, address: string, party: Party): void {
  parties.set(address, party);
  const [oldest] = parties.keys();
  if (parties.size > MAX_PARTIES && oldest !== undefined) parties.delete(oldest);
}
