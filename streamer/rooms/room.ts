/** A room (RFC 4353's conference): who is in it and what each shows, who speaks, how many it holds, and what is said. */
import type { RoomMedia, Showing } from './media.ts';
import type { RoomTerms } from './room-header.ts';

/** A member's microphone and camera are on until he says otherwise, as when a page joins. */
const AT_FIRST: Showing = { audio: true, video: true, screen: false };

/** Why a member is shown out. */
export type ShownOut = 'joined elsewhere' | 'stopping';

/** Something that is said in the room. */
export interface RoomText {
  /** The name of who says it; undefined where it is the room itself. */
  readonly from: string | undefined;
  /** The name of the one whom it is for; undefined for all. */
  readonly to: string | undefined;
  readonly text: string;
}

/** The one who has a place, as the room reaches him. */
export interface Participant {
  hear(text: RoomText): void;
  showOut(why: ShownOut): void;
}

/** What one member has in the room, from before he is let in until he has left. */
export interface Place {
  readonly id: string;
  /** In the order in which they came. */
  readonly number: number;
  readonly participant: Participant;
  /** Nobody else's in the room, but for who takes his own place from elsewhere. */
  name: string;
  showing: Showing;
  /** Whether the others see him. */
  inside: boolean;
}

export interface RoomOptions {
  readonly id: string;
  readonly media: RoomMedia;
  /** Hears whenever `state` has changed. */
  readonly onChange: () => void;
  /** Hears once that nobody is inside, or about to be. */
  readonly onEmpty: () => void;
}

/** What the conference package tells: see docs/people.md. */
export interface RoomState {
  readonly room: string;
  readonly members: readonly ({ readonly id: string; readonly name: string } & Showing)[];
  readonly speaking: string | null;
}

export class Room {
  readonly id: string;
  readonly media: RoomMedia;
  terms: RoomTerms = { title: undefined, max: undefined };
  readonly #options: RoomOptions;
  readonly #places = new Map<string, Place>();
  #count = 0;
  #speaking: string | undefined;

  constructor(options: RoomOptions) {
    this.#options = options;
    this.id = options.id;
    this.media = options.media;
    this.media.onSpeaking((member) => {
      this.#speaking = member;
      options.onChange();
    });
  }

  /** Members, and those who are about to be. */
  get size(): number {
    return this.#places.size;
  }

  get state(): RoomState {
    const members = [...this.#places.values()].filter(({ inside }) => inside).map(({ id, name, showing }) => ({ id, name, ...showing }));
    return { room: this.id, members, speaking: members.find(({ id }) => id === this.#speaking)?.id ?? null };
  }

  /** Whether there is a place for this name: he who is there already has one. */
  holds(name: string): boolean {
    const { max } = this.terms;
    return max === undefined || this.#othersThan(name) < max;
  }

  /** Whether nobody else is there. */
  isFirst(name: string): boolean {
    return this.#othersThan(name) === 0;
  }

  /** For who says none of his own. */
  guestName(): string {
    const taken = new Set([...this.#places.values()].map(({ name }) => name));
    let number = 1;
    while (taken.has(`guest ${number}`)) number++;
    return `guest ${number}`;
  }

  /** Takes a place for somebody who is about to come. */
  reserve(name: string, participant: Participant): Place {
    const number = ++this.#count;
    const place: Place = { id: `m${number}`, number, participant, name, showing: AT_FIRST, inside: false };
    this.#places.set(place.id, place);
    return place;
  }

  /** He is there: the others see him, and if he was there before, the earlier one goes. */
  enter(place: Place): void {
    place.inside = true;
    for (const other of [...this.#places.values()]) {
      if (other === place || other.name !== place.name) continue;
      if (other.number < place.number) other.participant.showOut('joined elsewhere');
      else if (other.inside) place.participant.showOut('joined elsewhere');
    }
    this.#options.onChange();
  }

  leave(place: Place): void {
    if (!this.#places.delete(place.id)) return;
    if (place.inside) this.#options.onChange();
    if (this.#places.size === 0) this.#options.onEmpty();
  }

  show(place: Place, showing: Showing): void {
    place.showing = showing;
    this.#options.onChange();
  }

  /** @returns false where somebody else in the room has that name */
  rename(place: Place, name: string): boolean {
    if (this.#named(name, place)) return false;
    place.name = name;
    this.#options.onChange();
    return true;
  }

  /** Says something to all others, or to one. @returns false where there is nobody of that name */
  say(from: Place, text: string, to?: string): boolean {
    if (to !== undefined) {
      const receiver = this.#named(to, from);
      receiver?.participant.hear({ from: from.name, to, text });
      return receiver !== undefined;
    }
    for (const place of this.#places.values()) if (place !== from && place.inside) place.participant.hear({ from: from.name, to, text });
    return true;
  }

  #othersThan(name: string): number {
    const names = new Set([...this.#places.values()].map((place) => place.name));
    names.delete(name);
    return names.size;
  }

  #named(name: string, except: Place): Place | undefined {
    return [...this.#places.values()].find((place) => place !== except && place.inside && place.name === name);
  }
}
