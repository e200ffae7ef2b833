import { callAnswerOf, callOfferOf } from '../../support/sdp-fixtures.ts';
import type { Flow } from './flow.ts';

/** As Firefox found it, and Chromium; each browser has several. */
const CANDIDATES = {
  firefox: 'candidate:0 1 UDP 2122187007 192.0.2.2 51243 typ host',
  chromium: 'candidate:1275512202 1 udp 2113937151 3a5b5e75-3a00-4bf9-acdc-8dd78eaaaea5.local 60094 typ host generation 0 ufrag zW8u network-cost 999',
};

function fragment(sdp: string, candidate: string): string {
  const [ufrag = '', pwd = ''] = ['ice-ufrag', 'ice-pwd'].map((name) => new RegExp(`^a=${name}:.*`, 'm').exec(sdp)?.[0]);
  return [ufrag, pwd, 'm=audio 9 RTP/AVP 0', 'a=mid:0', `a=${candidate}`, 'a=end-of-candidates', ''].join('\r\n');
}

export const callAccepted: Flow = {
  name: 'call-accepted',
  title: 'Ana calls Bo, who accepts',
  introduction:
    'Two people have the page open, so front has registered both. Ana’s browser offers sound and picture both ways and a data channel; the INVITE ' +
    'rings at Bo’s (180) and is answered by a 200 when he accepts. What the browsers find of candidates afterwards travels by INFO inside the ' +
    'dialog. Then media and chat flow directly between the two browsers, and no server sees them, until Bo hangs up. Whoever is in a call is shown as busy to everybody.',
  async play(stage) {
    await stage.signaling();
    const front = await stage.front();
    const { ana, bo } = await stage.people(front, 'ana', 'bo');
    const [offer, answer] = [callOfferOf('chromium'), callAnswerOf('firefox')];
    const { call } = await ana.ask('call', { to: 'bo', sdp: offer });
    await bo.about('invited', call);
    await ana.about('ringing', call);
    await bo.ask('accept', { call, sdp: answer });
    await ana.about('answered', call);
    await stage.seen('sip.Method == "ACK"', 2);
    await ana.ask('candidates', { call, fragment: fragment(offer, CANDIDATES.chromium) });
    await bo.about('candidates', call);
    await bo.ask('candidates', { call, fragment: fragment(answer, CANDIDATES.firefox) });
    await ana.about('candidates', call);
    await stage.seen('sip.CSeq.method == "INFO" && sip.Status-Code == 200', 4);
    await bo.ask('hang-up', { call });
    await ana.about('ended', call);
    await stage.seen('sip.CSeq.method == "BYE" && sip.Status-Code == 200', 2);
  },
};
