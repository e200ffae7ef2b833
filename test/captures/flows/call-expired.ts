import { callOfferOf } from '../../support/sdp-fixtures.ts';
import type { Flow } from './flow.ts';

export const callExpired: Flow = {
  name: 'call-expired',
  title: 'Ana calls Bo, and nobody answers for ten seconds',
  introduction:
    'It rings until the ten seconds of the INVITE’s `Expires` are over. Then Ana’s front takes the call back: CANCEL, answered 200 by each hop at ' +
    'once, and the INVITE ends in 487 Request Terminated. Both pages say that nobody answered, and whoever accepts now is too late.',
  async play(stage) {
    await stage.signaling();
    const front = await stage.front();
    const { ana, bo } = await stage.people(front, 'ana', 'bo');
    const { call } = await ana.ask('call', { to: 'bo', sdp: callOfferOf('chromium') });
    await bo.about('invited', call);
    await ana.about('ended', call);
    await bo.about('ended', call);
    await stage.seen('sip.Status-Code == 487', 2);
    await stage.seen('sip.Method == "ACK"', 2);
  },
};
