/**
 * Calls between two as this front sees them: who may call whom, which pages ring, and which calls run. Each side of a call is a leg; where
 * both sides are people of this front there are two legs of one Call-ID, which meet by way of the daemon like any others.
 */
import { ApiError } from '../api-error.ts';
import type { Logger } from '../../shared/log/logger.ts';
import type { Agent, Clock, IncomingCall, IncomingRequest } from '../../shared/sip/index.ts';
import type { PersonContacts } from '../people/contacts.ts';
import type { Page } from '../people/page.ts';
import type { Pages } from '../people/pages.ts';
import type { Presence } from '../people/presence.ts';
import type { Domain } from '../sip/domain.ts';
import { nameSchema } from '../viewers/name.ts';
import type { Viewer } from '../viewers/viewer.ts';
import { prepareCall } from './descriptions.ts';
import { IncomingLeg } from './incoming-leg.ts';
import type { Received } from './incoming-leg.ts';
import { unknownCall } from './leg.ts';
import type { Leg } from './leg.ts';
import { OutgoingLeg } from './outgoing-leg.ts';
import type { Proposal } from './outgoing-leg.ts';
import { CallRefusal, readProposal } from './proposal.ts';
import type { RunningCall } from './running-calls.ts';

/** Invitations from one to the same other that ring at a time. */
const MAX_FROM_ONE = 5;

/** Invitations that ring for one person at a time, and that one person has under way. */
const MAX_FOR_ONE = 20;
const MAX_BY_ONE = 20;

const UNKNOWN = [404, 604];

/** A call that is to ring. */
interface Due {
  readonly viewer: Viewer;
  readonly from: string;
  readonly received: Received;
  /** The call that goes on in the room that it invites into. */
  readonly replaced: Leg | undefined;
}

export interface CallsOptions {
  readonly agent: Agent;
  readonly domain: Domain;
  readonly contacts: PersonContacts;
  readonly pages: Pages;
  readonly presence: Presence;
  readonly find: (name: string) => Viewer | undefined;
  /** Whether the viewer is in a room. */
  readonly inRoom: (viewer: Viewer) => boolean;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: Logger;
}

export class Calls {
  readonly #options: CallsOptions;
  readonly #legs = new Map<Viewer, Map<string, Leg>>();

  constructor(options: CallsOptions) {
    this.#options = options;
    options.agent.onCall((call) => this.#take(call));
    options.agent.handle('INFO', (incoming) => this.#receiveInfo(incoming));
    options.pages.onCame((page) => {
      for (const leg of this.#incoming(page.viewer)) leg.show(page);
    });
    options.pages.onGone((page) => {
      for (const leg of this.#of(page.viewer)) leg.pageLeft(page);
    });
    options.presence.onGone((viewer) => {
      for (const leg of this.#incoming(viewer)) leg.away();
    });
  }

  /** Sides of calls, ringing ones included. */
  get size(): number {
    let size = 0;
    for (const legs of this.#legs.values()) size += legs.size;
    return size;
  }

  /** Whether the viewer talks to somebody. */
  isTalking(viewer: Viewer): boolean {
    return this.#of(viewer).some((leg) => leg.connected);
  }

  /**
   * Calls somebody, in the name of the page's person. Once the page knows the call's id it is to be announced.
   * @throws ApiError 404 `unknown-person`, 409 `in-a-call` or `yourself`, 429 `too-many-invitations`, 400 `bad-offer`
   */
  async call(page: Page, to: string, sdp: string): Promise<OutgoingLeg> {
    const { viewer } = page;
    if (this.isTalking(viewer) || this.#options.inRoom(viewer) || this.#of(viewer).some((leg) => leg.direction === 'outgoing' && leg.belongsTo(page))) {
      throw new ApiError(409, 'in-a-call', 'You are in a call already: end it first.');
    }
    return this.#begin(page, to, { offer: prepareCall(sdp) });
  }

  /**
   * Invites somebody into a room, or moves a call there.
   * @param proposal `replaces` is a call of this viewer with the same other
   * @throws ApiError as `call` does, 404 `unknown-call` where there is no call to be replaced
   */
  async invite(page: Page, to: string, proposal: Extract<Proposal, { invitation: unknown }>): Promise<OutgoingLeg> {
    if (proposal.replaces !== undefined && this.#talk(page.viewer, proposal.replaces, to) === undefined) throw unknownCall();
    return this.#begin(page, to, proposal);
  }

  /** @throws ApiError 404 `unknown-call`, 409 `in-a-call`, 400 `bad-offer` or `malformed-request` */
  accept(page: Page, id: string, sdp: string | undefined): void {
    const leg = this.#find(page.viewer, id);
    if (!(leg instanceof IncomingLeg) || !leg.rings) throw unknownCall();
    if (!('offer' in leg.received)) {
      leg.accept(page, undefined);
      return;
    }
    if (sdp === undefined) throw new ApiError(400, 'malformed-request', 'An answer to the call’s offer is missing: "sdp".');
    if (this.isTalking(page.viewer) || this.#options.inRoom(page.viewer)) throw new ApiError(409, 'in-a-call', 'You are in another call or room: leave it first.');
    const answer = prepareCall(sdp, leg.received.offer.kinds);
    leg.accept(page, answer);
    this.#cancelOthers(leg);
  }

  /** @throws ApiError 404 `unknown-call` */
  decline(page: Page, id: string): void {
    const leg = this.#find(page.viewer, id);
    if (!(leg instanceof IncomingLeg)) throw unknownCall();
    leg.decline(page);
  }

  /** Ends a call of this page's, or takes it back, or declines one that rings. @throws ApiError 404 `unknown-call` */
  hangUp(page: Page, id: string): void {
    const leg = this.#find(page.viewer, id);
    if (leg instanceof IncomingLeg && leg.rings) leg.decline(page);
    else this.#owned(page, id).hangUp();
  }

  /** @throws ApiError 404 `unknown-call`, 429 */
  candidates(page: Page, id: string, fragment: string): void {
    this.#owned(page, id).sendCandidates(fragment);
  }

  /** A page that lost its connection is back. @throws ApiError 404 `unknown-call` */
  resume(page: Page, id: string): void {
    const leg = this.#find(page.viewer, id);
    if (!leg) throw unknownCall();
    leg.resume(page);
  }

  list(): RunningCall[] {
    const calls = new Map<string, RunningCall>();
    for (const leg of this.#all()) {
      const [from, to] = leg.direction === 'outgoing' ? [leg.viewer.name, leg.other] : [leg.other, leg.viewer.name];
      if (!calls.has(leg.id)) calls.set(leg.id, { id: leg.id, from, to, sinceMs: leg.since });
    }
    return [...calls.values()];
  }

  /** Ends a call for an operator. @returns whether there was one */
  end(id: string): boolean {
    const legs = [...this.#all()].filter((leg) => leg.id === id);
    for (const leg of legs) leg.hangUp('closed-by-operator');
    return legs.length > 0;
  }

  /** Ends every call; the agent waits for the answers when it is closed. */
  close(): void {
    for (const leg of [...this.#all()]) leg.hangUp();
  }

  async #begin(page: Page, to: string, proposal: Proposal): Promise<OutgoingLeg> {
    const { viewer } = page;
    if (to === viewer.name) throw new ApiError(409, 'yourself', 'This is your own name.');
    const others = this.#of(viewer).filter((leg) => leg.direction === 'outgoing' && !leg.connected);
    if (others.filter(({ other }) => other === to).length >= MAX_FROM_ONE || others.length >= MAX_BY_ONE) {
      throw new ApiError(429, 'too-many-invitations', 'Too many calls of yours ring already: wait for an answer.');
    }
    const leg = new OutgoingLeg({
      ...this.#options,
      ...this.#legOptions(viewer, to),
      page,
      proposal,
      onConnected: (connected) => this.#cancelOthers(connected),
    });
    this.#add(leg);
    this.#options.log.info({ callId: leg.id, from: viewer.name, to }, 'calling');
    const refusal = await leg.firstWord;
    if (refusal !== undefined && UNKNOWN.includes(refusal)) throw new ApiError(404, 'unknown-person', `Nobody called “${to}” is online.`);
    return leg;
  }

  /** A call for one of our people. */
  #take(call: IncomingCall): void {
    const { pages, inRoom, log } = this.#options;
    const due = this.#consider(call);
    if (due instanceof CallRefusal) {
      call.reject(due.status, due.options);
      return;
    }
    const { viewer, from, received, replaced } = due;
    const leg = new IncomingLeg({
      ...this.#legOptions(viewer, from),
      call,
      received,
      // What goes on in a room concerns only the page that has the call.
      pages: () => pages.of(viewer).filter((page) => !replaced || replaced.belongsTo(page)),
      elsewhere: !replaced && (this.isTalking(viewer) || inRoom(viewer)),
    });
    this.#add(leg);
    log.info({ callId: leg.id, from, to: viewer.name }, 'it rings');
  }

  /** Who is called, by whom and for what; or why it does not ring. */
  #consider({ request, callId }: IncomingCall): Due | CallRefusal {
    const { contacts, presence, find } = this.#options;
    const name = contacts.nameIn(request);
    if (name === undefined) return new CallRefusal(404);
    const viewer = find(name);
    if (!viewer || !presence.has(viewer)) return new CallRefusal(480);
    const from = nameSchema.safeParse(request.from.parsedUri().user).data;
    if (from === undefined) return new CallRefusal(400, { reason: 'Unreadable Caller' });
    const received = readProposal(request);
    if (received instanceof CallRefusal) return received;
    if (this.#find(viewer, callId)) return new CallRefusal(482);
    const ringing = this.#incoming(viewer);
    if (ringing.filter(({ other }) => other === from).length >= MAX_FROM_ONE || ringing.length >= MAX_FOR_ONE) return new CallRefusal(486);
    if (!('replaces' in received) || received.replaces === undefined) return { viewer, from, received, replaced: undefined };
    const replaced = this.#talk(viewer, received.replaces, from);
    return replaced ? { viewer, from, received, replaced } : new CallRefusal(481);
  }

  #legOptions(viewer: Viewer, other: string) {
    const { clock, log, now } = this.#options;
    return { viewer, other, clock, log, now, onOver: (leg: Leg) => this.#forget(leg) };
  }

  #receiveInfo(incoming: IncomingRequest): void {
    const { dialog } = incoming;
    // A call's INFO may overtake its ACK, and then meets no dialog of ours yet that would handle it.
    const leg = dialog && [...this.#all()].find((one) => one instanceof IncomingLeg && one.awaitsAck && one.id === dialog.callId);
    if (leg) leg.receiveInfo(incoming);
    else incoming.reply(481);
  }

  /** Whoever talks to somebody no longer calls others. */
  #cancelOthers(connected: Leg): void {
    for (const leg of this.#of(connected.viewer)) {
      if (leg !== connected && leg instanceof OutgoingLeg && leg.room === undefined && !leg.connected) leg.withdraw();
    }
  }

  #of(viewer: Viewer): Leg[] {
    return [...(this.#legs.get(viewer)?.values() ?? [])];
  }

  *#all(): Iterable<Leg> {
    for (const legs of this.#legs.values()) yield* legs.values();
  }

  #incoming(viewer: Viewer): IncomingLeg[] {
    return this.#of(viewer).filter((leg): leg is IncomingLeg => leg instanceof IncomingLeg && leg.rings);
  }

  #find(viewer: Viewer, id: string): Leg | undefined {
    return this.#legs.get(viewer)?.get(id);
  }

  #talk(viewer: Viewer, id: string, other: string): Leg | undefined {
    const leg = this.#find(viewer, id);
    return leg?.connected === true && leg.other === other ? leg : undefined;
  }

  #owned(page: Page, id: string): Leg {
    const leg = this.#find(page.viewer, id);
    if (!leg?.belongsTo(page)) throw unknownCall();
    return leg;
  }

  #add(leg: Leg): void {
    const legs = this.#legs.get(leg.viewer) ?? new Map<string, Leg>();
    this.#legs.set(leg.viewer, legs.set(leg.id, leg));
  }

  #forget(leg: Leg): void {
    const legs = this.#legs.get(leg.viewer);
    if (legs?.get(leg.id) === leg) legs.delete(leg.id);
    if (legs?.size === 0) this.#legs.delete(leg.viewer);
  }
}
