/** The event package `conference` (RFC 4575, as JSON): whoever subscribes to a room hears who is in it, whole, at every change. */
import type { Agent, Cancel, Clock, IncomingRequest, NotifyBody, Notifier, ServerSubscription } from '../../shared/sip/index.ts';
import { RefusedError } from '../call/refused.ts';
import type { Room, RoomState } from './room.ts';

export const CONFERENCE_EVENT = 'conference';
const STATE_TYPE = 'application/json';

/** Changes within this time are told together, ms: as many may join at once. */
const COALESCE_MS = 100;
/** A front needs one for each room. */
const MAX_SUBSCRIPTIONS_OF_ROOM = 100;
const DEFAULT_EXPIRES_SECONDS = 60;
const MAX_EXPIRES_SECONDS = 3600;
/** What the state may have, bytes: a datagram holds 65 kB, its headers included. */
const MAX_STATE_BYTES = 60_000;
/** How long the last NOTIFYs may take when the process stops, ms. */
const GOODBYE_LIMIT_MS = 500;

const READERS = new Set([STATE_TYPE, 'application/*', '*/*']);

/** Those who hear of one room. */
interface Audience {
  readonly subscriptions: Set<ServerSubscription>;
  cancel: Cancel | undefined;
}

export interface ConferenceOptions {
  readonly agent: Agent;
  /** The open room that a request is for. @throws RefusedError where there is none */
  readonly roomOf: (incoming: IncomingRequest) => Room;
}

export class Conference {
  readonly #options: ConferenceOptions;
  readonly #clock: Clock;
  readonly #notifier: Notifier;
  readonly #rooms = new WeakMap<ServerSubscription, Room>();
  readonly #audiences = new Map<Room, Audience>();

  constructor(options: ConferenceOptions) {
    this.#options = options;
    this.#clock = options.agent.layer.clock;
    this.#notifier = options.agent.notifier({
      event: CONFERENCE_EVENT,
      content: (subscription) => this.#content(subscription),
      defaultExpires: DEFAULT_EXPIRES_SECONDS,
      maxExpires: MAX_EXPIRES_SECONDS,
      admit: (subscription, incoming) => this.#admit(subscription, incoming),
      onEnded: (subscription) => this.#forget(subscription),
    });
  }

  /** The room's state is another: those who subscribed hear of it soon. */
  changed(room: Room): void {
    const audience = this.#audiences.get(room);
    if (!audience || audience.cancel) return;
    audience.cancel = this.#clock.setTimeout(() => {
      audience.cancel = undefined;
      for (const subscription of audience.subscriptions) subscription.notify();
    }, COALESCE_MS);
  }

  /** The room is no more. */
  closed(room: Room): void {
    const audience = this.#audiences.get(room);
    if (!audience) return;
    audience.cancel?.();
    this.#audiences.delete(room);
    for (const subscription of audience.subscriptions) void subscription.terminate('noresource');
  }

  /** Tells every subscriber that there is nothing more to come; whoever does not answer is not waited for. */
  async close(): Promise<void> {
    for (const { cancel } of this.#audiences.values()) cancel?.();
    const told = Promise.all([...this.#notifier.subscriptions].map((subscription) => subscription.terminate('noresource')));
    let stop: Cancel = () => undefined;
    const late = new Promise<void>((resolve) => (stop = this.#clock.setTimeout(resolve, GOODBYE_LIMIT_MS)));
    await Promise.race([told, late]).finally(stop);
  }

  #admit(subscription: ServerSubscription, incoming: IncomingRequest): void {
    try {
      const room = this.#options.roomOf(incoming);
      requireJsonReader(incoming);
      const audience = this.#audiences.get(room) ?? { subscriptions: new Set(), cancel: undefined };
      if (audience.subscriptions.size >= MAX_SUBSCRIPTIONS_OF_ROOM) throw new RefusedError(503, 'so many subscribe to this room', { 'Retry-After': '10' });
      audience.subscriptions.add(subscription);
      this.#audiences.set(room, audience);
      this.#rooms.set(subscription, room);
    } catch (error) {
      if (!(error instanceof RefusedError)) throw error;
      incoming.reply(error.status, error.reply);
    }
  }

  #forget(subscription: ServerSubscription): void {
    const room = this.#rooms.get(subscription);
    const audience = room && this.#audiences.get(room);
    if (!room || !audience) return;
    audience.subscriptions.delete(subscription);
    if (audience.subscriptions.size > 0) return;
    audience.cancel?.();
    this.#audiences.delete(room);
  }

  #content(subscription: ServerSubscription): NotifyBody | undefined {
    const room = this.#rooms.get(subscription);
    return room && { body: stateJson(room.state), contentType: STATE_TYPE };
  }
}

/** Members that a datagram cannot hold are left out, and counted as `more`. */
function stateJson(state: RoomState): string {
  const whole = JSON.stringify(state);
  if (Buffer.byteLength(whole) <= MAX_STATE_BYTES) return whole;
  const members: RoomState['members'][number][] = [];
  let bytes = 0;
  for (const member of state.members) {
    bytes += Buffer.byteLength(JSON.stringify(member)) + 1;
    if (bytes > MAX_STATE_BYTES) break;
    members.push(member);
  }
  return JSON.stringify({ ...state, members, more: state.members.length - members.length });
}

/** RFC 6665 §4.2.1.3. @throws RefusedError 406 */
function requireJsonReader({ request }: IncomingRequest): void {
  const accepted = request.headers.values('Accept').map((value) => value.split(';', 1)[0]?.trim().toLowerCase() ?? '');
  if (accepted.length > 0 && !accepted.some((type) => READERS.has(type))) throw new RefusedError(406, `a room is told of as ${STATE_TYPE}`);
}
