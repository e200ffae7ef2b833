/** Rooms' media as a script, in session descriptions that browsers could read. */
import type { Forwarding, MemberMedia, RoomMedia } from '../../../streamer/rooms/media.ts';
import { ScriptedForwarding } from '../streamer/scripted-forwarding.ts';
import type { ScriptedMember, ScriptedRoom } from '../streamer/scripted-forwarding.ts';
import { recordedAnswer } from './signaling-peer.ts';

export class TownForwarding implements Forwarding {
  readonly script = new ScriptedForwarding();

  get members(): number {
    return this.script.members;
  }

  open(id: string): RoomMedia {
    const room = this.script.open(id);
    return {
      admit: async (member, offer, showing) => withReadableSdp(await room.admit(member, offer, showing), offer),
      onSpeaking: (listener) => room.onSpeaking(listener),
      close: () => room.close(),
    };
  }

  close(): Promise<void> {
    return this.script.close();
  }

  room(id: string): ScriptedRoom {
    const room = this.script.rooms.get(id);
    if (!room) throw new Error(`there is no room ${id}`);
    return room;
  }

  /** Of those who are inside, the one called so by the focus. */
  member(room: string, id: string): ScriptedMember {
    const member = this.room(room).members.findLast((one) => one.id === id);
    if (!member) throw new Error(`there is no ${id} in ${room}`);
    return member;
  }
}

function withReadableSdp(member: MemberMedia, offer: string): MemberMedia {
  return {
    answer: recordedAnswer(offer),
    onNegotiationNeeded: (listener) => member.onNegotiationNeeded(listener),
    offer: () => recordedAnswer(offer).replace('s=-', `s=${/s=(.*)/.exec(member.offer())?.[1] ?? ''}`),
    accept: (answer) => member.accept(answer),
    show: (showing) => member.show(showing),
    sizes: (heights) => member.sizes(heights),
    onConnected: (listener) => member.onConnected(listener),
    delivered: () => member.delivered(),
    onClosed: (listener) => member.onClosed(listener),
    close: () => member.close(),
  };
}
