/** Requests to a room, to the process that hosts it; an INVITE goes on to the next where that one is silent. */

import { roomId } from '../../shared/rooms/room-name.ts';
import type { SipRequest } from '../../shared/sip/message/message.ts';
import { routeAmong, type HostRoute } from '../hosts/route.ts';
import { Refusal } from '../reply.ts';
import type { RoomAllocation } from './allocation.ts';

export class RoomCalls {
  readonly #allocation: RoomAllocation;

  constructor(allocation: RoomAllocation) {
    this.#allocation = allocation;
  }

  /** @throws Refusal 404 for what is no room's name, 480 where no focus is registered */
  route(request: SipRequest, name: string): HostRoute {
    const room = roomId(name);
    if (room === undefined) throw new Refusal(404, `there is no ${name} here`);
    const { focuses, occupied } = this.#allocation.of(room);
    const [focus, ...others] = focuses;
    if (!focus) throw new Refusal(480, 'no process that hosts rooms is registered: start a streamer with --rooms');
    // Only an INVITE opens a room; anything else is about one that is there.
    const asked = request.method === 'INVITE' ? others : [];
    // A focus that takes no more rooms leaves them to others, but a room is not torn apart.
    return { room, ...routeAmong(request, [focus, ...asked], this.#allocation.mistrust, !occupied) };
  }
}
