import { describe, expect, it } from 'vitest';
import { prepareCall, receivedCall } from '../../../../front/calls/descriptions.ts';
import { isFragment } from '../../../../front/calls/fragments.ts';
import { formatInvitation, readInvitation } from '../../../../front/calls/invitation.ts';
import { Domain } from '../../../../front/sip/domain.ts';
import { callAnswer, callOffer } from '../../../support/front/call-sdp.ts';
import { BROWSERS } from '../../../support/sdp-fixtures.ts';

describe('a call’s description', () => {
  it.each(BROWSERS)('of %s travels short, and comes out as a browser expects it', (browser) => {
    const { sdp, kinds } = prepareCall(callOffer(browser));
    expect(sdp.length).toBeLessThan(900);
    expect(kinds).toEqual(['audio', 'video', 'application']);
    const received = receivedCall(sdp)?.sdp ?? '';
    for (const line of [/^a=ice-ufrag:/gm, /^a=ice-pwd:/gm, /^a=fingerprint:/gm, /^a=setup:actpass/gm]) expect(received.match(line)).toHaveLength(3);
    expect(received.match(/^a=sendrecv/gm)).toHaveLength(2);
    expect(received.match(/^a=msid:s0 t[01]/gm)).toHaveLength(2);
    expect(received).toMatch(/a=ice-options:trickle[^]*m=application[^]*a=sctp-port:5000/);
  });

  it('keeps candidates that are there already', () => {
    const gathered = callOffer().replace('a=mid:0', 'a=candidate:1 1 udp 1 10.0.0.1 9 typ host\r\na=mid:0');
    expect(prepareCall(gathered).sdp).toContain('a=candidate:1 1 udp 1 10.0.0.1 9 typ host');
  });

  it('must answer what was offered', () => {
    const { kinds } = prepareCall(callOffer());
    expect(prepareCall(callAnswer(), kinds).kinds).toEqual(kinds);
    const audioOnly = callAnswer().split(/^(?=m=)/m).slice(0, 2).join('');
    expect(() => prepareCall(audioOnly, kinds)).toThrow(expect.objectContaining({ code: 'bad-offer' }) as Error);
    expect(receivedCall(prepareCall(audioOnly).sdp, kinds)).toBeUndefined();
  });

  it('of no browser is not shown to one', () => {
    for (const sdp of ['', 'nonsense', 'v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\nc=IN IP4 10.0.0.1\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0\r\n']) expect(receivedCall(sdp)).toBeUndefined();
  });
});

describe('an invitation into a room', () => {
  const domain = new Domain({ host: '10.0.0.1', port: 5060 });

  it('names room, key and title, whatever the title holds', () => {
    const invitation = { room: 'adhoc-abc_DEF-123', key: 'k-_1', title: 'Tee, um "fünf"; <b>?&=' };
    expect(readInvitation(formatInvitation(invitation, domain))).toEqual(invitation);
    expect(formatInvitation({ room: 'r', key: undefined, title: '' }, domain)).toBe('sip:room-r@10.0.0.1\r\n');
  });

  it.each(['', 'nonsense', 'sip:bo@10.0.0.1\r\n', 'http://room-x@y\r\n', '# sip:room-x@y\r\n', 'sip:room-../x@y\r\n', 'sip:room-@y'])('is nothing else: %j', (body) => {
    expect(readInvitation(body)).toBeUndefined();
  });

  it('is bounded, and hides nothing', () => {
    const read = readInvitation(`# to tea\r\nsip:room-r@x;key=${'k'.repeat(100)};title=${'t'.repeat(300)}%E2%80%AE%00\r\n`);
    expect([read?.key?.length, read?.title?.length]).toEqual([64, 200]);
    expect(readInvitation('sip:room-r@x;title=a%E2%80%AEb%00c')?.title).toBe('abc');
  });
});

describe('a fragment', () => {
  it('is lines of SDP', () => {
    for (const text of ['a=end-of-candidates', 'a=ice-ufrag:x\r\nm=audio 9 RTP/AVP 0\r\na=mid:0\r\n', 'a=x\na=y\n']) expect(isFragment(text)).toBe(true);
    for (const text of ['', '\r\n', 'x', 'a=\0', `a=${'x'.repeat(4_096)}`, 'A=x']) expect(isFragment(text)).toBe(false);
  });

  it('is looked at in a moment, however it is made', () => {
    const began = performance.now();
    isFragment(`${'a=\r\n'.repeat(1_000)}\0`);
    isFragment(`${'a='.repeat(2_000)}\0`);
    expect(performance.now() - began).toBeLessThan(500);
  });
});
