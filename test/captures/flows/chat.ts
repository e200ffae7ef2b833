import { RoomMember } from '../member.ts';
import type { Flow } from './flow.ts';

export const chat: Flow = {
  name: 'chat',
  title: 'Texts: to a room, to one in it, to somebody elsewhere',
  introduction:
    'Ana and Bo are in a room, Cleo is not. The room greets each as he joins. Ana writes to all: MESSAGE in her dialog with the focus, whose body ' +
    'in CPIM says from whom it is and for whom, and the focus passes it on to everybody else. Then she writes to Bo alone, and he alone gets it. At last she writes to ' +
    'Cleo, in no dialog: that MESSAGE finds its way as an INVITE would.',
  async play(stage) {
    await stage.signaling();
    await stage.rooms();
    const front = await stage.front();
    const room = await stage.room(front, 'Tea at five', 5);
    const { ana, bo, cleo } = await stage.people(front, 'ana', 'bo', 'cleo');
    const first = await RoomMember.join(ana, room, 'chromium');
    const second = await RoomMember.join(bo, room, 'chromium');
    await Promise.all([first.answer(), second.answer(), first.sees('ana', 'bo')]);
    const heard = (text: string) => ({ type, text: said }: Record<string, unknown>): boolean => type === 'text' && said === text;
    await ana.ask('say', { room, text: 'Tea is ready.' });
    await bo.until(heard('Tea is ready.'));
    await ana.ask('say', { room, to: 'bo', text: 'Yours is the green cup.' });
    await bo.until(heard('Yours is the green cup.'));
    await ana.ask('say', { person: 'cleo', text: 'Will you join us?' });
    await cleo.until(heard('Will you join us?'));
    await stage.seen('sip.CSeq.method == "MESSAGE" && sip.Status-Code == 200', 14);
  },
};
