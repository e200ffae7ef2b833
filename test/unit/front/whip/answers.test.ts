import { describe, expect, it } from 'vitest';
import { completeAnswer, iceOf, restartedOffer } from '../../../../front/whip/answers.ts';
import { compact, formatSdp, parseSdp } from '../../../../shared/sdp/index.ts';
import { BROWSERS, offerOf } from '../../../support/sdp-fixtures.ts';

const ANSWER = [
  'v=0', 'o=- 7 1 IN IP4 0.0.0.0', 's=-', 't=0 0', 'a=group:BUNDLE 0 1',
  'm=audio 9 UDP/TLS/RTP/SAVPF 111', 'c=IN IP4 0.0.0.0', 'a=mid:0', 'a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901', 'a=candidate:1 1 udp 1 192.0.2.1 9 typ host',
  'm=video 9 UDP/TLS/RTP/SAVPF 96', 'c=IN IP4 0.0.0.0', 'a=mid:1', 'a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901', '',
].join('\r\n');

describe('an answer for other players', () => {
  it('says that its candidates are all there are, and that theirs may follow', () => {
    const { session, media } = parseSdp(completeAnswer(ANSWER));
    expect(session.attribute('ice-options')).toBe('trickle');
    expect(media.map((section) => section.has('end-of-candidates'))).toEqual([true, false]);
    expect(completeAnswer(completeAnswer(ANSWER))).toBe(completeAnswer(ANSWER));
  });

  it('tells what of it a restart changes, wherever it stands', () => {
    const expected = { credentials: { ufrag: 'abcd', password: '0123456789012345678901' }, sections: [{ media: 'audio 9 UDP/TLS/RTP/SAVPF 111', mid: '0', candidates: ['1 1 udp 1 192.0.2.1 9 typ host'] }] };
    expect(iceOf(ANSWER)).toMatchObject(expected);
    expect(iceOf(formatSdp(compact(parseSdp(ANSWER))))).toMatchObject(expected);
    expect(iceOf(ANSWER.replaceAll(/a=ice-.*\r\n/g, ''))).toBeUndefined();
  });
});

describe('an offer whose ICE begins anew', () => {
  it.each(BROWSERS)('is that of %s but for its credentials and its version', (browser) => {
    const offer = formatSdp(parseSdp(offerOf(browser)));
    const restarted = restartedOffer(offer, { ufrag: 'ysXw', password: 'vw5LmwG4y/e6dPP/zAP9Gp5k' });
    const changed = restarted.split('\r\n').filter((line, index) => line !== offer.split('\r\n')[index]);
    expect(new Set(changed.map((line) => line.split(/[:=]/, 2).join('=')))).toEqual(new Set(['a=ice-ufrag', 'a=ice-pwd', changed[0]?.split(/[:=]/, 2).join('=')]));
    expect(changed[0]).toMatch(/^o=/);
    expect(restarted).not.toContain(/a=ice-ufrag:(\S+)/.exec(offer)?.[0]);
  });
});
