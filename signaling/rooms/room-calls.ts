/** Requests to a room, to the process that hosts it; an INVITE goes on to the next where that one is silent. */

import type { SipRequest, SipResponse } from '../../shared/sip/message/message.ts';
import type { Target } from '../../shared/sip/proxy/response-context.ts';
import type { Streamer } from '../directory/entries.ts';
import { Refusal } from '../reply.ts';
import type { RoomAllocation } from './allocation.ts';
import { roomId } from '../../shared/rooms/room-name.ts';

/** A focus that has not said even 100 Trying by then is passed over, ms. */
const SILENCE_MS = 2000;
const SERVICE_UNAVAILABLE = 503;

/** Where a request for a room goes. */
export interface RoomRoute {
  readonly room: string;
  /** The first to be tried. */
  readonly focus: Streamer;
  readonly targets: readonly Target[];
  /** To be told which target the request is sent to. @returns the focus that it is */
  readonly tried: (target: Target) => Streamer;
  /** Whether another focus may take what this one has refused. */
  readonly goesOn: (refusal: SipResponse) => boolean;
}

export class RoomCalls {
  readonly #allocation: RoomAllocation;

  constructor(allocation: RoomAllocation) {
    this.#allocation = allocation;
  }

  /** @throws Refusal 404 for what is no room's name, 480 where no focus is registered */
  route(request: SipRequest, name: string): RoomRoute {
    const room = roomId(name);
    if (room === undefined) throw new Refusal(404, `there is no ${name} here`);
    const { focuses, occupied } = this.#allocation.of(room);
    const [focus] = focuses;
    if (!focus) throw new Refusal(480, 'no process that hosts rooms is registered: start a streamer with --rooms');
    // Only an INVITE opens a room; anything else is about one that is there.
    const asked = request.method === 'INVITE' ? focuses : [focus];
    let isRefused = false;
    // The Request-URI stays: it alone says which room is meant.
    const targets = asked.map(({ bindings: [{ address }] }, index) => ({ uri: request.uri, address, q: 1 - index / asked.length, silenceMs: SILENCE_MS }));
    return {
      room,
      focus,
      targets,
      tried: (target) => {
        const index = targets.findIndex((each) => each === target);
        const previous = asked[index - 1];
        if (previous && !isRefused) this.#allocation.passedOver(previous);
        isRefused = false;
        return asked[index] ?? focus;
      },
      goesOn: ({ status }) => {
        isRefused = true;
        // A focus that takes no more rooms leaves them to others, but a room is not torn apart.
        return status === SERVICE_UNAVAILABLE && !occupied;
      },
    };
  }
}
