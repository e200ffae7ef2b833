import { describe, expect, it } from 'vitest';
import { RTCPeerConnection, RTCRtpCodecParameters } from 'werift';
import { ABS_SEND_TIME_EXTENSION, compact, expand, formatSdp, keepCodecs, MID_EXTENSION, parseSdp, type SessionDescription } from '../../../../shared/sdp/index.ts';
import { Headers } from '../../../../shared/sip/message/headers.ts';
import { SipRequest } from '../../../../shared/sip/message/message.ts';
import { serialize } from '../../../../shared/sip/serializer/serializer.ts';
import { BROWSERS, offerOf, type OfferKind } from '../../../support/sdp-fixtures.ts';

const RFC3261_LIMIT_BYTES = 1_300;
const ETHERNET_LIMIT_BYTES = 1_472;

function trimmedOffer(browser: 'chromium' | 'firefox', kind: OfferKind = 'plain'): SessionDescription {
  return keepCodecs(parseSdp(offerOf(browser, kind)), { audio: ['opus'], video: ['VP8'] });
}

/** Its lines section by section, sorted: their order within a section means nothing here. */
function content(description: SessionDescription): string[][] {
  return [description.session, ...description.media].map((section) => section.lines.map(({ type, value }) => `${type}=${value}`).sort());
}

/** An INVITE as the streamer gets it, between hosts with long addresses. */
function relayedInvite(sdp: string): Buffer {
  return serialize(
    new SipRequest(
      'INVITE',
      'sip:sample@192.168.178.120:49997',
      new Headers([
        ['Via', 'SIP/2.0/UDP 192.168.178.110:5060;branch=z9hG4bK0123456789abcdef'],
        ['Via', 'SIP/2.0/UDP 192.168.178.100:45065;branch=z9hG4bK0123456789abcdef;rport=45065;received=192.168.178.100'],
        ['Record-Route', '<sip:192.168.178.110:5060;lr>'],
        ['Max-Forwards', '69'],
        ['From', '<sip:viewer@192.168.178.110:5060>;tag=0123456789abcdef'],
        ['To', '<sip:sample@192.168.178.110:5060>'],
        ['Call-ID', '0123456789abcdef0123456789abcdef'],
        ['CSeq', '1 INVITE'],
        ['Contact', '<sip:192.168.178.100:45065>'],
        ['User-Agent', 'sipcast-front/0.1.0'],
        ['Content-Type', 'application/sdp'],
      ]),
      Buffer.from(sdp),
    ),
  );
}

describe('compact and expand', () => {
  it.each(BROWSERS)('fit an INVITE with the offer of %s into 1,300 bytes', (browser) => {
    const before = offerOf(browser);
    const offer = formatSdp(compact(trimmedOffer(browser)));
    const sizes = { before: before.length, after: offer.length, invite: relayedInvite(offer).length };
    const expected = { chromium: { before: 6_036, after: 653 }, firefox: { before: 2_705, after: 678 } };
    expect(sizes, JSON.stringify(sizes)).toMatchObject(expected[browser]);
    expect(sizes.invite, JSON.stringify(sizes)).toBeLessThanOrEqual(RFC3261_LIMIT_BYTES);
    expect(relayedInvite(formatSdp(compact(trimmedOffer(browser, 'data-channel')))).length).toBeLessThanOrEqual(ETHERNET_LIMIT_BYTES);
  });

  it('give each section an address, a refused one that says none, too: Firefox insists (RFC 8866 §5.7)', () => {
    const answer = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 109\r\nc=IN IP4 192.0.2.1\r\nm=application 0 UDP/DTLS/SCTP webrtc-datachannel\r\na=mid:2\r\n';
    const { media } = expand(parseSdp(answer));
    expect(media.map((section) => section.first('c'))).toEqual(['IN IP4 192.0.2.1', 'IN IP4 0.0.0.0']);
  });

  it.each(BROWSERS)('lose nothing of an offer of %s', (browser) => {
    for (const kind of ['plain', 'data-channel'] as const) {
      const offer = trimmedOffer(browser, kind);
      const wire = formatSdp(compact(offer));
      expect(content(expand(parseSdp(wire)))).toEqual(content(expand(offer)));
      expect(formatSdp(compact(expand(parseSdp(wire))))).toBe(wire);
    }
  });

  it('hoist what all sections share and nothing else', () => {
    const { session, media } = compact(trimmedOffer('chromium', 'data-channel'));
    for (const name of ['ice-ufrag', 'ice-pwd', 'fingerprint', 'setup']) {
      expect(session.attributes(name), name).toHaveLength(1);
      expect(media.some((section) => section.has(name)), name).toBe(false);
    }
    expect(session.has('recvonly')).toBe(true);
    expect(media.some((section) => section.has('recvonly'))).toBe(false);
    expect(media.map((section) => section.has('rtcp-mux'))).toEqual([true, false, false]);
    expect(expand({ session, media }).media.map((section) => section.has('rtcp-mux'))).toEqual([true, true, false]);
    expect(formatSdp({ session, media }).match(/^c=/gm)).toHaveLength(1);
    expect(session.lines.map((line) => line.type).join('')).toMatch(/^voscta+$/);
  });

  it('hoist the extensions that all sections number alike', () => {
    const offer = keepCodecs(parseSdp(offerOf('firefox')), { audio: ['opus'], video: ['VP8'] }, { extensions: [MID_EXTENSION, ABS_SEND_TIME_EXTENSION] });
    const small = compact(offer);
    expect(small.session.attributes('extmap')).toEqual([`3 ${MID_EXTENSION}`]);
    expect(small.media.map((section) => section.attributes('extmap'))).toEqual([[], [`4 ${ABS_SEND_TIME_EXTENSION}`]]);
    expect(content(expand(small))).toEqual(content(expand(offer)));
  });

  it('leave the candidates of a bundle to its first section, and those of others alone', () => {
    const candidate = 'a=candidate:1 1 udp 2113929471 192.168.178.120 50000 typ host\r\n';
    const offer = formatSdp(trimmedOffer('chromium'));
    const both = offer.replaceAll('a=rtcp-mux', `${candidate}a=rtcp-mux`);
    expect(compact(parseSdp(both)).media.map((section) => section.attributes('candidate').length)).toEqual([1, 0]);
    const apart = both.replace('BUNDLE 0 1', 'BUNDLE 0');
    expect(compact(parseSdp(apart)).media.map((section) => section.attributes('candidate').length)).toEqual([1, 1]);
    const different = both.slice(0, both.lastIndexOf('50000')) + '50001' + both.slice(both.lastIndexOf('50000') + 5);
    expect(compact(parseSdp(different)).media.map((section) => section.attributes('candidate').length)).toEqual([1, 1]);
  });

  it('leave differing sections as they are', () => {
    const text = formatSdp(trimmedOffer('chromium')).replace('a=recvonly', 'a=sendonly').replace('a=ice-ufrag:', 'a=ice-ufrag:other');
    const { session, media } = compact(parseSdp(text));
    expect(['ice-ufrag', 'sendonly'].filter((name) => session.has(name))).toEqual([]);
    expect(session.has('ice-pwd')).toBe(true);
    expect(media.map((section) => section.direction)).toEqual(['sendonly', 'recvonly']);
    expect(content(expand(compact(parseSdp(text))))).toEqual(content(parseSdp(text)));
  });

  it('leave refused sections bare', () => {
    const offer = keepCodecs(parseSdp(offerOf('firefox')), { audio: ['opus'], video: [] });
    const [audio, video] = expand(compact(offer)).media;
    expect(audio?.has('ice-ufrag')).toBe(true);
    expect(video?.lines.map((line) => line.type)).toEqual(['m', 'c', 'a']);
    const none = keepCodecs(parseSdp(offerOf('firefox')), { audio: [], video: [] });
    expect(compact(none)).toBe(none);
  });

  it.each(BROWSERS)('give werift an offer of %s that it answers, and the answer keeps its meaning too', async (browser) => {
    const offer = expand(parseSdp(formatSdp(compact(trimmedOffer(browser)))));
    const peer = new RTCPeerConnection({
      iceServers: [],
      codecs: {
        audio: [new RTCRtpCodecParameters({ mimeType: 'audio/opus', clockRate: 48_000, channels: 2 })],
        video: [new RTCRtpCodecParameters({ mimeType: 'video/VP8', clockRate: 90_000, rtcpFeedback: [{ type: 'nack' }, { type: 'nack', parameter: 'pli' }] })],
      },
    });
    try {
      await peer.setRemoteDescription({ type: 'offer', sdp: formatSdp(offer) });
      for (const transceiver of peer.getTransceivers()) transceiver.setDirection('sendonly');
      const answer = parseSdp((await peer.createAnswer()).sdp);
      expect(answer.media.map(({ kind, direction, isRejected }) => [kind, direction, isRejected])).toEqual([['audio', 'sendonly', false], ['video', 'sendonly', false]]);
      const wire = formatSdp(compact(answer));
      expect(wire.length).toBeLessThan(formatSdp(answer).length);
      expect(content(expand(parseSdp(wire))).slice(1)).toEqual(content(answer).slice(1));
    } finally {
      await peer.close();
    }
  });
});
