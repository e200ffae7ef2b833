import { RoomMember } from '../member.ts';
import type { Flow } from './flow.ts';

export const roomJoinAndLeave: Flow = {
  name: 'room-join-and-leave',
  title: 'Two meet in a room, one mutes, one leaves',
  introduction:
    'A streamer with `--rooms` is the focus of rooms (RFC 4353): each member is in one call with it and in none with the others. Ana joins, then Bo; as soon as both are ' +
    'inside, the focus offers each the other’s tracks by a re-INVITE. Bo mutes, by INFO with the state and not with a toggle. Bo leaves by BYE, ' +
    'and Ana’s sections for him become inactive by one more re-INVITE. At each of these steps front hears who is in the room by NOTIFY, once for all its people.',
  async play(stage) {
    await stage.signaling();
    await stage.rooms();
    const front = await stage.front();
    const room = await stage.room(front, 'Tea at five', 5);
    const { ana, bo } = await stage.people(front, 'ana', 'bo');
    const first = await RoomMember.join(ana, room, 'chromium');
    await first.sees('ana');
    const second = await RoomMember.join(bo, room, 'firefox');
    await Promise.all([first.answer(), second.answer(), first.sees('ana', 'bo')]);
    await stage.seen('sip.Method == "ACK"', 8);
    await bo.ask('media', { room, audio: false, video: true, screen: false });
    await ana.until(({ type, members }) => type === 'room' && (members as { name: string; audio: boolean }[]).some(({ name, audio }) => name === 'bo' && !audio));
    await bo.ask('leave', { room });
    await first.answer();
    await stage.seen('sip.CSeq.method == "BYE" && sip.Status-Code == 200', 2);
    await stage.seen('sip.Method == "ACK"', 10);
  },
};
