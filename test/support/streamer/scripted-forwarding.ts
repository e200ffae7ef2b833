/** A room's media without any network: it remembers what the focus asks of it, and a test says what happens to it. */
import { SdpError } from '../../../shared/sdp/index.ts';
import { NotAcceptableError } from '../../../streamer/call/viewer-connection.ts';
import type { Diagnosis } from '../../../streamer/diagnosis/diagnose.ts';
import type { Forwarding, MemberMedia, RoomMedia, Showing } from '../../../streamer/rooms/media.ts';

export class ScriptedMember implements MemberMedia {
  readonly id: string;
  readonly answer: string;
  readonly accepted: string[] = [];
  showing: Showing;
  heights: ReadonlyMap<string, number> = new Map();
  offers = 0;
  closed = false;
  /** How often it heard that the answer has arrived. */
  deliveries = 0;
  /** What `accept` throws. */
  refusal: Error | undefined;
  #needed = false;
  readonly #needListeners: (() => void)[] = [];
  readonly #closedListeners: ((reason: string, diagnosis?: Diagnosis) => void)[] = [];

  constructor(id: string, offer: string, showing: Showing) {
    this.id = id;
    this.showing = showing;
    this.answer = `v=0\r\ns=answer to ${offer.trim()}\r\n`;
  }

  onNegotiationNeeded(listener: () => void): void {
    this.#needListeners.push(listener);
    if (this.#needed) listener();
  }

  offer(): string {
    this.#needed = false;
    return `v=0\r\ns=offer ${++this.offers} to ${this.id}\r\n`;
  }

  accept(answer: string): void {
    if (this.refusal) throw this.refusal;
    this.accepted.push(answer);
  }

  show(showing: Showing): void {
    this.showing = showing;
  }

  sizes(heights: ReadonlyMap<string, number>): void {
    this.heights = heights;
  }

  onConnected(): void {
    return;
  }

  delivered(): void {
    this.deliveries++;
  }

  onClosed(listener: (reason: string, diagnosis?: Diagnosis) => void): void {
    this.#closedListeners.push(listener);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  /** Somebody's tracks have come or gone. */
  needNegotiation(): void {
    if (this.#needed) return;
    this.#needed = true;
    for (const listener of this.#needListeners) listener();
  }

  vanish(reason = 'no consent', diagnosis?: Diagnosis): void {
    for (const listener of this.#closedListeners) listener(reason, diagnosis);
  }
}

export class ScriptedRoom implements RoomMedia {
  readonly members: ScriptedMember[] = [];
  closed = false;
  /** Admissions wait for it. */
  held: Promise<void> = Promise.resolve();
  readonly #speakingListeners: ((member: string | undefined) => void)[] = [];

  /** Offers that begin with `bad` are no SDP, those with `strange` cannot be taken, those with `bug` are our own fault. */
  async admit(id: string, offer: string, showing: Showing): Promise<MemberMedia> {
    await this.held;
    if (offer.startsWith('bad')) throw new SdpError('no SDP');
    if (offer.startsWith('strange')) throw new NotAcceptableError('nothing in it can be taken');
    if (offer.startsWith('bug')) throw new Error('a fault');
    const member = new ScriptedMember(id, offer, showing);
    for (const other of this.members) if (!other.closed) other.needNegotiation();
    if (this.members.some(({ closed }) => !closed)) member.needNegotiation();
    this.members.push(member);
    return member;
  }

  onSpeaking(listener: (member: string | undefined) => void): void {
    this.#speakingListeners.push(listener);
  }

  close(): Promise<void> {
    this.closed = true;
    return Promise.resolve();
  }

  speak(member: string | undefined): void {
    for (const listener of this.#speakingListeners) listener(member);
  }
}

export class ScriptedForwarding implements Forwarding {
  /** Every one that was opened, by its id; of those of one id the last. */
  readonly rooms = new Map<string, ScriptedRoom>();

  get members(): number {
    return [...this.rooms.values()].reduce((sum, { members }) => sum + members.filter(({ closed }) => !closed).length, 0);
  }

  open(id: string): RoomMedia {
    const room = new ScriptedRoom();
    this.rooms.set(id, room);
    return room;
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
