/** A track that a member shows to all others: his sound, his camera's picture or his screen. */
import type { MediaKind } from '../source/source.ts';
import type { PublishedKind } from '../webrtc/member-offer.ts';
import type { Encoding } from './encoding.ts';
import type { PublishedPacket } from './published-packet.ts';

/** Whoever gets the track. */
export interface Subscriber {
  /** The packet may be late; it has to be read at once or kept. */
  receive(encoding: Encoding, packet: PublishedPacket, now: number): void;
  /** Hears that the track is shown or not, or comes in another size too. */
  changed(): void;
}

export class Publication {
  /** The id of the member. */
  readonly member: string;
  readonly kind: PublishedKind;
  readonly #subscribers = new Set<Subscriber>();
  readonly #encodings: (Encoding | undefined)[] = [];
  #shown = false;

  constructor(member: string, kind: PublishedKind) {
    this.member = member;
    this.kind = kind;
  }

  get media(): MediaKind {
    return this.kind === 'audio' ? 'audio' : 'video';
  }

  /** Whether its member wants it to be seen or heard now. */
  get shown(): boolean {
    return this.#shown;
  }

  /** Those of which something has come, the smallest picture first. */
  get encodings(): readonly Encoding[] {
    return this.#encodings.flatMap((encoding) => encoding ?? []);
  }

  show(shown: boolean): void {
    if (shown === this.#shown) return;
    this.#shown = shown;
    for (const subscriber of this.#subscribers) subscriber.changed();
  }

  /** @param place of the encoding among the sizes of the picture; one that begins anew takes the place of the one before */
  put(place: number, encoding: Encoding): void {
    this.#encodings[place] = encoding;
    for (const subscriber of this.#subscribers) subscriber.changed();
  }

  at(place: number): Encoding | undefined {
    return this.#encodings[place];
  }

  subscribe(subscriber: Subscriber): void {
    this.#subscribers.add(subscriber);
  }

  unsubscribe(subscriber: Subscriber): void {
    this.#subscribers.delete(subscriber);
  }

  /** Hands a packet to everybody who gets the track. */
  publish(encoding: Encoding, packet: PublishedPacket, now: number): void {
    if (!this.#shown) return;
    for (const subscriber of this.#subscribers) subscriber.receive(encoding, packet, now);
  }
}
