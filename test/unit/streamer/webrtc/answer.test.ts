import { isIPv4 } from 'node:net';
import { describe, expect, it } from 'vitest';
import { compact, expand, formatSdp, keepCodecs, parseSdp, SdpError, TRANSPORT_CC_EXTENSION } from '../../../../shared/sdp/index.ts';
import { createResponse, Headers, serialize, SipRequest } from '../../../../shared/sip/index.ts';
import { NotAcceptableError } from '../../../../streamer/call/viewer-connection.ts';
import { writeAnswer, type LocalEnd } from '../../../../streamer/webrtc/answer.ts';
import { readOffer, type Offer } from '../../../../streamer/webrtc/offer.ts';
import { BROWSERS, offerOf } from '../../../support/sdp-fixtures.ts';
import { AV1, H264, VP8, VP9, type Codec, type Track } from '../../../../streamer/source/source.ts';
import { AUDIO, VIDEO } from '../../../support/streamer/frames.ts';

const FINGERPRINT = Array.from({ length: 32 }, () => 'AB').join(':');
const TRACKS = [VIDEO, AUDIO];

function localEnd(offer: Offer): LocalEnd {
  return {
    iceUfrag: 'abcd',
    icePwd: '0123456789012345678901',
    fingerprint: FINGERPRINT,
    candidates: [
      { foundation: '1', priority: 1, host: '192.168.178.123', port: 50_000 },
    ],
    tracks: offer.tracks.map(({ sources, kind, codec, rtx, transportSequenceExtension }, index) => ({
      sources: sources.map(({ id }) => id),
      kind,
      clockRate: codec.clockRate,
      ssrc: 400 + index * 2,
      payloadType: Number(codec.number),
      rtx: rtx && { ssrc: 401 + index * 2, payloadType: Number(rtx.number) },
      transportSequenceExtension,
    })),
    cname: 'n',
    sessionId: '255',
    version: 1,
  };
}

/** As front sends it: only what this streamer can send, and compact. */
const trimmed = (text: string) => formatSdp(compact(keepCodecs(parseSdp(text), { audio: ['opus'], video: ['VP8'] })));

describe.each(BROWSERS)('a data channel in the offer of %s', (browser) => {
  it('is accepted where there is a use for it, and stays small on the wire', () => {
    for (const text of [offerOf(browser, 'data-channel'), trimmed(offerOf(browser, 'data-channel'))]) {
      const offer = readOffer(text, TRACKS);
      const answer = expand(parseSdp(writeAnswer(offer, { ...localEnd(offer), maxMessageSize: 4_096 })));
      const section = answer.media.find(({ kind }) => kind === 'application');
      expect(section?.isRejected).toBe(false);
      expect(section?.protocol).toBe('UDP/DTLS/SCTP');
      expect(section?.formats).toEqual(['webrtc-datachannel']);
      expect(section?.attribute('sctp-port')).toBe('5000');
      expect(section?.attribute('max-message-size')).toBe('4096');
      expect(section?.attribute('ice-ufrag')).toBe('abcd');
      expect(answer.session.attribute('group')?.split(' ')).toContain(section?.mid);
    }
    expect(trimmed(offerOf(browser, 'data-channel')).length - trimmed(offerOf(browser, 'plain')).length).toBeLessThan(90);
  });

  it('is refused where there is none', () => {
    const offer = readOffer(offerOf(browser, 'data-channel'), TRACKS);
    const answer = parseSdp(writeAnswer(offer, localEnd(offer)));
    const section = answer.media.find(({ kind }) => kind === 'application');
    expect(section?.port).toBe(0);
    expect(answer.session.attribute('group')?.split(' ')).not.toContain(section?.mid);
  });
});

describe('an offer whose sections have a transport each, should they not be bundled', () => {
  const [session = '', ...sections] = offerOf('chromium').split(/(?=^m=)/m);
  const apart = [session, ...sections.map((section, index) => section.replaceAll(/a=ice-ufrag:.*/g, `a=ice-ufrag:own${index}`))].join('');

  it('is taken for the transport of the first that is taken, whatever is sent in it (RFC 8843 §7.3.1)', () => {
    expect(readOffer(apart, TRACKS).iceUfrag).toBe('own0');
    const [first] = parseSdp(apart).media;
    expect(readOffer(apart, TRACKS.filter(({ kind }) => kind !== first?.kind)).iceUfrag).toBe('own1');
  });
});

describe.each(BROWSERS)('an offer of %s (seed 4.9)', (browser) => {
  it.each(['plain', 'data-channel', 'gathered'] as const)('is read (%s)', (kind) => {
    for (const text of [offerOf(browser, kind), trimmed(offerOf(browser, kind))]) {
      const offer = readOffer(text, TRACKS);
      expect(offer.tracks.map((track) => [track.kind, track.codec.name.toLowerCase(), track.rtx?.name])).toEqual([['video', 'vp8', 'rtx'], ['audio', 'opus', undefined]]);
      expect(offer.iceUfrag).toMatch(/^.{4,}$/);
      expect(offer.icePwd).toMatch(/^.{22,}$/);
      expect(offer.fingerprints).toMatchObject([{ algorithm: 'sha-256' }]);
      expect(offer.candidates.every(({ host, port }) => isIPv4(host) && port > 0)).toBe(true);
    }
  });

  it('is answered section by section, in its order, refusing what we have not', () => {
    const offer = readOffer(offerOf(browser, 'data-channel'), TRACKS);
    const answer = expand(parseSdp(writeAnswer(offer, localEnd(offer))));
    expect(answer.media.map(({ kind }) => kind)).toEqual(offer.description.media.map(({ kind }) => kind));
    for (const section of answer.media) {
      if (section.kind === 'application') {
        expect(section.isRejected).toBe(true);
        continue;
      }
      expect(section.direction).toBe('sendonly');
      expect(section.attribute('setup')).toBe('active');
      expect(section.attribute('fingerprint')).toBe(`sha-256 ${FINGERPRINT}`);
      expect(section.attribute('msid')).toBe('s');
      expect(section.has('rtcp-mux')).toBe(true);
      expect(answer.session.attribute('group')).toContain(section.mid);
    }
    const video = answer.media.find(({ kind }) => kind === 'video');
    expect(video?.attributes('rtcp-fb').map((line) => line.slice(line.indexOf(' ') + 1)).sort()).toEqual(['nack', 'nack pli', 'transport-cc']);
    expect(video?.attributes('extmap')).toEqual([`${browser === 'chromium' ? 3 : 7} ${TRANSPORT_CC_EXTENSION}`]);
    expect(video?.attribute('ssrc-group')).toBe('FID 400 401');
    expect(video?.attribute('fmtp')).toMatch(/^\d+ apt=\d+$/);
    const mids = answer.session.attribute('group')?.split(' ').slice(1) ?? [];
    expect(mids).toEqual(answer.media.filter(({ isRejected }) => !isRejected).map(({ mid }) => mid));
  });

  it('is answered with his own estimate where arrivals cannot be reported', () => {
    const text = offerOf(browser);
    const impossible = [
      text.replaceAll(TRANSPORT_CC_EXTENSION, 'urn:other'),
      text.replaceAll(/a=extmap:\d+ (?=.*transport-wide)/g, 'a=extmap:15 '),
      text.replaceAll(/a=extmap:(\d+) (?=.*transport-wide)/g, 'a=extmap:$1/sendonly '),
      text.replaceAll(/a=rtcp-fb:.* transport-cc\r\n/g, ''),
    ];
    for (const changed of impossible) {
      const offer = readOffer(changed, TRACKS);
      const video = expand(parseSdp(writeAnswer(offer, localEnd(offer)))).media.find(({ kind }) => kind === 'video');
      expect(video?.attributes('rtcp-fb').map((line) => line.slice(line.indexOf(' ') + 1)).sort()).toEqual(['goog-remb', 'nack', 'nack pli']);
      expect(video?.has('extmap')).toBe(false);
    }
  });

  it.each([
    ['1,300 bytes, relayed, between the addresses of a home', '192.168.1.20', 1_300],
    ['one Ethernet frame, with the longest addresses', '192.168.178.123', 1_472],
  ])('gets his answer in a 202 that fits %s, and names of sixteen characters', (_, host, limit) => {
    const offer = readOffer(trimmed(offerOf(browser)), TRACKS);
    const via = (branch: string) => `SIP/2.0/UDP ${host}:50001;branch=z9hG4bK${branch};rport=50001;received=${host}`;
    const invite = new SipRequest('INVITE', `sip:sixteen%20letters@${host}:50002`, new Headers());
    for (const [name, value] of [
      ['Via', via('0bd635946e5dbd406b7b.1nnga53')],
      ['Via', via('933840c7e5d180388f3d')],
      ['From', `<sip:the-first-viewer@${host}>;tag=13530c486d73705b`],
      ['To', `<sip:sixteen%20letters@${host}:5060>`],
      ['Call-ID', 'cce2dfc5567cec5390b3af5367135a18'],
      ['CSeq', '1 INVITE'],
      ['Record-Route', `<sip:${host}:50000;lr>`],
    ] as const) invite.headers.append(name, value);
    const accepted = createResponse(invite, 202, {
      toTag: '5fc5cdad59ccaeb9',
      headers: { 'Record-Route': invite.headers.get('Record-Route') ?? '', Contact: `<sip:${host}:50002>` },
      contentType: 'application/sdp',
      body: writeAnswer(offer, localEnd(offer)),
    });
    expect(serialize(accepted).length).toBeLessThanOrEqual(limit);
  });

  it('gets only the sound from a source without picture, the picture refused', () => {
    const offer = readOffer(offerOf(browser), [AUDIO]);
    const answer = parseSdp(writeAnswer(offer, localEnd(offer)));
    expect(answer.media.filter(({ isRejected }) => isRejected).map(({ kind }) => kind)).toEqual(['video']);
    expect(answer.session.attribute('group')).toBe(`BUNDLE ${answer.media.find(({ kind }) => kind === 'audio')?.mid ?? ''}`);
  });
});

describe('a picture in another codec than VP8', () => {
  const track = (codec: Codec, id = 0) => ({ id, kind: 'video' as const, codec });
  const answered = (browser: (typeof BROWSERS)[number], tracks: readonly Track[]) => {
    const offer = readOffer(offerOf(browser), tracks);
    return { offer, video: parseSdp(writeAnswer(offer, localEnd(offer))).media.find(({ kind }) => kind === 'video') };
  };

  it.each([
    ['VP9', VP9, ['profile-id=0']],
    ['AV1', AV1, ['level-idx=5;profile=0;tier=0']],
    ['H.264, constrained baseline', H264, ['level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f']],
    ['H.264, main profile', { ...H264, parameters: 'packetization-mode=1;profile-level-id=4d4028' }, ['level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=4d001f']],
  ] as const)('is answered in the form that was offered: %s', (_, codec, forms) => {
    const { video } = answered('chromium', [track(codec), AUDIO]);
    expect(video?.attributes('fmtp').filter((line) => !line.includes('apt=')).map((line) => line.slice(line.indexOf(' ') + 1))).toEqual(forms);
    expect(video?.attributes('rtpmap')[0]).toContain(`${codec.name}/90000`);
  });

  it('goes out in the second one where the viewer lacks the first', () => {
    const tracks = [track(H264), AUDIO, track(VP8, 2)];
    expect(answered('chromium', tracks).offer.tracks.map(({ sources }) => sources.map(({ id }) => id))).toEqual([[0], [1]]);
    expect(answered('firefox', tracks).offer.tracks.map(({ sources }) => sources.map(({ id }) => id))).toEqual([[1], [2]]);
  });

  it('is not left out in silence: who lacks the only one is refused', () => {
    expect(() => readOffer(offerOf('firefox'), [track(H264), AUDIO])).toThrow(NotAcceptableError);
    expect(readOffer(offerOf('firefox').replace(/^m=video 9/m, 'm=video 0'), [track(H264), AUDIO]).tracks.map(({ kind }) => kind)).toEqual(['audio']);
  });
});

describe('what cannot be answered', () => {
  const offer = offerOf('chromium');
  it.each([
    ['no common codec', offer.replaceAll(/VP8|opus/g, 'other')],
    ['every section refused', offer.replaceAll(/^m=(\w+) 9/gm, 'm=$1 0')],
    ['a viewer who only sends', offer.replaceAll('a=recvonly', 'a=sendonly')],
    ['RTP and RTCP on two ports', offer.replaceAll('a=rtcp-mux\r\n', '')],
    ['the DTLS role that we take', offer.replaceAll('a=setup:actpass', 'a=setup:active')],
  ])('is refused as not acceptable: %s', (_, text) => {
    expect(() => readOffer(text, TRACKS)).toThrow(NotAcceptableError);
  });

  it.each([
    ['text', 'hello'],
    ['JSON', '{"type":"offer"}'],
    ['no ICE', offer.replaceAll(/a=ice-(ufrag|pwd).*\r\n/g, '')],
    ['no ICE password', offer.replaceAll(/a=ice-pwd.*\r\n/g, '')],
  ])('is no offer: %s', (_, text) => {
    expect(() => readOffer(text, TRACKS)).toThrow(SdpError);
  });

  it('is only what shares the bundle’s transport', () => {
    const read = readOffer(offer.replace(/a=group:BUNDLE (\S+) \S+/, 'a=group:BUNDLE $1'), TRACKS);
    expect(read.tracks).toHaveLength(1);
  });
});

describe('candidates of the viewer', () => {
  it('count only where they can be checked, and not without end', () => {
    const lines = [
      'candidate:1 1 udp 1 192.0.2.5 4000 typ host',
      'candidate:2 1 udp 1 b1c2.local 4000 typ host',
      'candidate:3 1 tcp 1 192.0.2.5 9 typ host tcptype active',
      'candidate:4 2 udp 1 192.0.2.5 4001 typ host',
      'candidate:5 1 udp 1 2001:db8::1 4000 typ host',
      ...Array.from({ length: 30 }, (_, index) => `candidate:${index} 1 udp 1 192.0.2.${index + 10} 4000 typ host`),
    ];
    const text = offerOf('chromium').replace('a=mid:0\r\n', `a=mid:0\r\n${lines.map((line) => `a=${line}\r\n`).join('')}a=end-of-candidates\r\n`);
    const { candidates } = readOffer(text, TRACKS);
    expect(candidates).toHaveLength(16);
    expect(candidates[0]).toEqual({ host: '192.0.2.5', port: 4_000 });
    expect(candidates[1]?.host).toBe('192.0.2.10');
  });
});
