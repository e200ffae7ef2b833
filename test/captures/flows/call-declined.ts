import { callOfferOf } from '../../support/sdp-fixtures.ts';
import type { Flow } from './flow.ts';

export const callDeclined: Flow = {
  name: 'call-declined',
  title: 'Ana calls Bo, who declines',
  introduction:
    'The same beginning. Bo presses the red button, and the INVITE ends in 603 Decline; as every failure of an INVITE it is acknowledged hop by hop, ' +
    'by the proxy to him who declined and by the caller to the proxy.',
  async play(stage) {
    await stage.signaling();
    const front = await stage.front();
    const { ana, bo } = await stage.people(front, 'ana', 'bo');
    const { call } = await ana.ask('call', { to: 'bo', sdp: callOfferOf('firefox') });
    await bo.about('invited', call);
    await ana.about('ringing', call);
    await bo.ask('decline', { call });
    await ana.about('ended', call);
    await stage.seen('sip.Method == "ACK"', 2);
  },
};
