/** A room's media: each member's tracks go to every other one, and it is heard who speaks. */
import type { MemberMedia, RoomMedia, Showing } from '../rooms/media.ts';
import { ActiveSpeaker } from './active-speaker.ts';
import { Member } from './member.ts';
import type { PortSurroundings } from './open-port.ts';

export class Room implements RoomMedia {
  readonly #surroundings: () => Promise<PortSurroundings>;
  readonly #members = new Map<string, Member>();
  readonly #speakingListeners: ((member: string | undefined) => void)[] = [];
  #speaker: ActiveSpeaker | undefined;
  #closed = false;

  /** @param surroundings what a member who comes now shares with all others */
  constructor(surroundings: () => Promise<PortSurroundings>) {
    this.#surroundings = surroundings;
  }

  get members(): number {
    return this.#members.size;
  }

  async admit(id: string, offer: string, showing: Showing): Promise<MemberMedia> {
    const surroundings = await this.#surroundings();
    if (this.#closed) throw new Error('The room is closed');
    if (this.#members.has(id)) throw new Error(`The room has a member ${id} already`);
    const speaker = (this.#speaker ??= new ActiveSpeaker(surroundings.clock, (speaking) => {
      for (const listener of this.#speakingListeners) listener(speaking);
    }));
    const member: Member = new Member({
      ...surroundings,
      id,
      offer,
      onPublished: (publication) => {
        for (const other of this.#members.values()) if (other !== member) other.take(publication);
      },
      onLevel: (level, now) => speaker.note(id, level, now),
      onQuiet: () => speaker.forget(id),
      onGone: () => this.#forget(member),
    });
    for (const other of this.#members.values()) for (const publication of other.published) member.take(publication);
    this.#members.set(id, member);
    member.show(showing);
    return member;
  }

  onSpeaking(listener: (member: string | undefined) => void): void {
    this.#speakingListeners.push(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#members.values()].map((member) => member.close()));
    this.#speaker?.close();
  }

  #forget(member: Member): void {
    if (!this.#members.delete(member.id)) return;
    this.#speaker?.forget(member.id);
    for (const publication of member.published) for (const other of this.#members.values()) other.drop(publication);
  }
}
