/** Who is in one room, by a subscription to its focus (RFC 4575's `conference` package, as JSON), for as long as somebody of this front is inside. */
import { z } from 'zod';
import { roomName } from '../../shared/rooms/room-name.ts';
import type { Agent, Cancel, Clock, SipRequest, Subscription } from '../../shared/sip/index.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { parseJson } from '../directory/parse-json.ts';
import type { Domain } from '../sip/domain.ts';
import { nameSchema } from '../viewers/name.ts';

const EVENT = 'conference';
const JSON_TYPE = 'application/json';
/** How long a subscription is asked for, seconds; the agent renews it before. */
const SUBSCRIPTION_SECONDS = 60;
/** After a subscription that came to nothing, ms. */
const PAUSE_MS = 1_000;

const MAX_MEMBERS = 500;
export const memberIdSchema = z.string('must be a text').regex(/^[\w-]{1,64}$/, 'must be a member’s id');

const memberSchema = z.object({ id: memberIdSchema, name: nameSchema, audio: z.boolean(), video: z.boolean(), screen: z.boolean() });

const stateSchema = z.object({
  members: z.array(memberSchema).max(MAX_MEMBERS),
  speaking: memberIdSchema.nullable().catch(null),
});

/** The whole state of a room. */
export type RoomState = z.infer<typeof stateSchema>;

export interface RosterOptions {
  readonly room: string;
  readonly agent: Agent;
  readonly domain: Domain;
  /** In whose name front subscribes. */
  readonly name: string;
  readonly clock: Clock;
  readonly log: Logger;
  readonly onState: (state: RoomState) => void;
}

export class Roster {
  readonly #options: RosterOptions;
  #state: RoomState | undefined;
  #subscription: Subscription | undefined;
  #cancelPause: Cancel = () => undefined;
  #closed = false;

  /** Subscribes. */
  constructor(options: RosterOptions) {
    this.#options = options;
    this.#subscribe();
  }

  /** As last heard; undefined until it was. */
  get state(): RoomState | undefined {
    return this.#state;
  }

  /** Ends the subscription. */
  close(): void {
    this.#closed = true;
    this.#cancelPause();
    void this.#subscription?.end();
  }

  #subscribe(): void {
    const { agent, domain, name, room, clock, log } = this.#options;
    const request = agent.createRequest('SUBSCRIBE', domain.addressOf(roomName(room)), {
      from: domain.addressOf(name),
      headers: { Event: EVENT, Accept: JSON_TYPE, Expires: String(SUBSCRIPTION_SECONDS) },
    });
    const subscription = agent.subscribe(request, { nextHop: domain.nextHop });
    this.#subscription = subscription;
    subscription.onNotify((notify) => this.#hear(notify));
    subscription.onTerminated((reason) => {
      if (this.#closed) return;
      log.debug({ room, reason }, 'a room’s subscription is over');
      this.#cancelPause = clock.setTimeout(() => this.#subscribe(), PAUSE_MS);
    });
  }

  #hear(notify: SipRequest): void {
    const { room, log, onState } = this.#options;
    if (notify.body.length === 0 || this.#closed) return;
    const { data } = stateSchema.safeParse(parseJson(notify.bodyText()));
    if (!data) {
      log.warn({ callId: notify.callId, room }, 'a room notifies of something that is no state of it');
      return;
    }
    this.#state = data;
    onState(data);
  }
}
