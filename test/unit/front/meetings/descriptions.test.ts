import { describe, expect, it } from 'vitest';
import { prepareMember, receivedFromFocus } from '../../../../front/meetings/descriptions.ts';
import { memberOffer } from '../../../support/front/call-sdp.ts';
import { recordedAnswer } from '../../../support/front/signaling-peer.ts';
import { BROWSERS } from '../../../support/sdp-fixtures.ts';

describe('a member’s offer on its way to the focus', () => {
  it.each(BROWSERS)('keeps what a forwarding unit reads, and little else: %s', (browser) => {
    const sdp = prepareMember(memberOffer(browser));
    expect(sdp.length).toBeLessThan(1_400);
    expect(sdp.match(/^m=(?:audio|video)/gm)).toHaveLength(3);
    expect(sdp).toContain('urn:ietf:params:rtp-hdrext:sdes:mid');
    expect(sdp).toContain('urn:ietf:params:rtp-hdrext:ssrc-audio-level');
    expect(sdp).not.toMatch(/H264|VP9|candidate|ice-options/);
    for (const text of browser === 'chromium' ? ['a=simulcast:send q;h;f', 'a=rid:q send', 'sdes:rtp-stream-id', 'sdes:repaired-rtp-stream-id'] : ['a=ssrc:319508526 cname:c\r\n']) expect(sdp).toContain(text);
  });

  it('says each source once, and not what the browser calls it', () => {
    const sources = ['a=msid:stream track', 'a=ssrc-group:FID 7 8', 'a=ssrc:7 cname:long', 'a=ssrc:7 msid:stream track', 'a=ssrc:8 cname:long', ''].join('\r\n');
    const sdp = prepareMember(memberOffer('chromium') + sources);
    expect(sdp.match(/^a=(?:ssrc|msid).*$/gm)).toEqual(['a=ssrc-group:FID 7 8', 'a=ssrc:7 cname:c', 'a=ssrc:8 cname:c']);
  });

  it.each(['', 'nonsense', 'v=0\r\n', '\0', `v=0\r\n${'a=x\r\n'.repeat(9_000)}`])('must be a session description: %.12j', (sdp) => {
    expect(() => prepareMember(sdp)).toThrow(expect.objectContaining({ code: 'bad-offer' }) as Error);
  });
});

describe('what the focus says', () => {
  it('is expanded before a browser sees it', () => {
    const sdp = receivedFromFocus(recordedAnswer(memberOffer()));
    expect(sdp?.match(/^a=ice-ufrag:abcd$/gm)).toHaveLength(3);
  });

  it('is given to no browser when it is no session description', () => {
    expect(receivedFromFocus('nonsense')).toBeUndefined();
  });
});
