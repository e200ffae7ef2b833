/** The focus of the rooms that the daemon gives to this process (RFC 4353, RFC 4579): lets members in, and ends all when it stops. */
import { Drain } from '../../shared/drain/drain.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { roomId } from '../../shared/rooms/room-name.ts';
import { SipSyntaxError, type Agent, type Clock, type IncomingCall, type IncomingRequest, type SipRequest } from '../../shared/sip/index.ts';
import { reportFailures } from '../diagnosis/report-failures.ts';
import { Conference } from './conference.ts';
import type { Forwarding } from './media.ts';
import { MemberCall } from './member-call.ts';
import { isMemberName } from './member-name.ts';
import { RefusedError } from '../call/refused.ts';
import { readRoomTerms } from './room-header.ts';
import { Room } from './room.ts';

const OFFER_TYPE = 'application/sdp';
const RETRY_AFTER = { 'Retry-After': '10' };

export interface FocusOptions {
  readonly agent: Agent;
  readonly forwarding: Pick<Forwarding, 'open'>;
  /** In all rooms together. */
  readonly maxMembers: number;
  readonly clock: Clock;
  /** Milliseconds since 1970. */
  readonly wallClock: () => number;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Logger;
}

export class Focus {
  readonly #options: FocusOptions;
  readonly #conference: Conference;
  readonly #failures: ReturnType<typeof reportFailures>;
  readonly #rooms = new Map<string, Room>();
  readonly #calls = new Map<string, MemberCall>();
  readonly #drain = new Drain(() => this.#calls.size === 0);
  #closing = false;

  constructor(options: FocusOptions) {
    this.#options = options;
    const { agent, log } = options;
    this.#failures = reportFailures(log);
    this.#conference = new Conference({ agent, roomOf: ({ request }) => this.#openRoom(request) });
    agent.onCall((call) => this.#take(call));
    // Every member's: a request may come before the ACK to our answer, with which his dialog becomes ours to handle.
    for (const method of ['INFO', 'MESSAGE']) agent.handle(method, (incoming) => this.#receive(incoming));
  }

  /** Members, and those who are about to be. */
  get members(): number {
    return this.#calls.size;
  }

  get rooms(): number {
    return this.#rooms.size;
  }

  /** Opens no further room, and lets people into those that are open; resolves when all are empty, or `signal` is aborted. */
  drain(signal: AbortSignal): Promise<void> {
    return this.#drain.begin(signal);
  }

  /** Ends the subscriptions, as long as the daemon still relays our last word. */
  async endSubscriptions(): Promise<void> {
    this.#closing = true;
    await this.#conference.close();
  }

  /** Says BYE to every member; the agent waits for the answers when it is closed. */
  close(): void {
    this.#closing = true;
    this.#failures.close();
    for (const call of this.#calls.values()) call.showOut('stopping');
  }

  async #take(call: IncomingCall): Promise<void> {
    let member: MemberCall;
    const key = callKey(call.callId, call.request.from.tag);
    try {
      member = this.#admit(call, key);
    } catch (error) {
      if (error instanceof RefusedError) call.reject(error.status, error.reply);
      else if (error instanceof SipSyntaxError) call.reject(error.status, new RefusedError(error.status, error.message).reply);
      else throw error;
      return;
    }
    this.#calls.set(key, member);
    try {
      await member.run();
    } finally {
      this.#calls.delete(key);
      this.#drain.somebodyLeft();
    }
  }

  /** @throws RefusedError, SipSyntaxError */
  #admit(call: IncomingCall, key: string): MemberCall {
    const { maxMembers, agent, clock, wallClock, random, log } = this.#options;
    const { request } = call;
    if (this.#closing) throw new RefusedError(503, 'this process stops', RETRY_AFTER);
    if (this.#calls.has(key)) throw new RefusedError(482, 'this call is here already');
    if (request.body.length === 0) throw new RefusedError(400, 'there is no offer');
    if (request.contentType !== OFFER_TYPE) throw new RefusedError(415, `an offer is ${OFFER_TYPE}`, { Accept: OFFER_TYPE });
    const id = idOf(request);
    if (this.#drain.begun && !this.#rooms.has(id)) throw new RefusedError(503, 'this process stops, and opens no more rooms', RETRY_AFTER);
    const { user } = request.from.parsedUri();
    if (user !== undefined && !isMemberName(user)) throw new RefusedError(400, 'From has no name that others could read');
    const terms = readRoomTerms(request);
    if (this.#calls.size >= maxMembers) throw new RefusedError(503, 'this process has as many members as it takes', RETRY_AFTER);
    const room = this.#rooms.get(id) ?? this.#open(id);
    room.terms = terms;
    const name = user ?? room.guestName();
    if (!room.holds(name)) throw new RefusedError(486, 'the room is full');
    const event = room.isFirst(name) ? 'created' : 'joined';
    return new MemberCall({ call, room, name, event, address: agent.layer.sentBy, clock, wallClock, random, onFailed: (callId, diagnosis) => this.#failures.report(callId, diagnosis), log });
  }

  #open(id: string): Room {
    const room: Room = new Room({
      id,
      media: this.#options.forwarding.open(id),
      onChange: () => this.#conference.changed(room),
      onEmpty: () => {
        this.#rooms.delete(id);
        this.#conference.closed(room);
        void room.media.close();
      },
    });
    this.#rooms.set(id, room);
    return room;
  }

  #receive(incoming: IncomingRequest): void {
    const { request, dialog } = incoming;
    const member = dialog && this.#calls.get(callKey(dialog.callId, dialog.remoteTag));
    if (member) member.receive(incoming);
    else if (request.method === 'INFO') incoming.reply(481);
    else incoming.reply(403, new RefusedError(403, 'only members speak in a room').reply);
  }

  /** @throws RefusedError 404 */
  #openRoom(request: SipRequest): Room {
    const room = this.#closing ? undefined : this.#rooms.get(idOf(request));
    if (!room) throw new RefusedError(404, 'nobody is in that room');
    return room;
  }
}

/** The Call-ID is chosen by the caller and so could be another's; with his tag it names the call (RFC 3261 §12). */
function callKey(callId: string, callerTag: string | undefined): string {
  return `${callId} ${callerTag ?? ''}`;
}

/** The room that the Request-URI names. @throws RefusedError 404 */
function idOf(request: SipRequest): string {
  const id = roomId(request.parsedUri().user ?? '');
  if (id === undefined) throw new RefusedError(404, 'that is no room');
  return id;
}
