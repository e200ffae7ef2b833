import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../../front/api-error.ts';
import { preparePublication } from '../../../../front/whip/publication.ts';
import { expand, parseSdp, payloadTypes } from '../../../../shared/sdp/index.ts';
import { BROWSERS, memberOfferOf, offerOf } from '../../../support/sdp-fixtures.ts';

/** An encoder's has two sections; the one here of three, as a room's member makes it, needs hardly more. */
const MAX_BYTES = 1000;

const encoder = (rtpmaps: readonly string[], direction = 'sendonly') =>
  [
    'v=0', 'o=rtc 1 0 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0 1', 'a=setup:actpass', 'a=ice-ufrag:abcd', 'a=ice-pwd:0123456789012345678901', 'a=fingerprint:sha-256 AA',
    'm=audio 5000 UDP/TLS/RTP/SAVPF 111', 'c=IN IP4 127.0.0.1', 'a=mid:0', `a=${direction}`, 'a=ssrc:17 cname:x', 'a=ssrc:17 msid:a b', 'a=rtcp-mux', 'a=rtpmap:111 opus/48000/2', 'a=candidate:1 1 UDP 1 127.0.0.1 5000 typ host',
    `m=video 5000 UDP/TLS/RTP/SAVPF ${rtpmaps.map((_, index) => 96 + index).join(' ')}`, 'c=IN IP4 127.0.0.1', 'a=mid:1', `a=${direction}`, 'a=rid:h send', 'a=simulcast:send h', 'a=rtcp-mux',
    ...rtpmaps.flatMap((codec, index) => [`a=rtpmap:${96 + index} ${codec}/90000`, ...(codec === 'H264' ? [`a=fmtp:${96 + index} profile-level-id=42e01f;packetization-mode=1`] : [])]), '',
  ].join('\r\n');

function refused(sdp: string): [number, string] {
  try {
    preparePublication(sdp);
  } catch (error) {
    if (error instanceof ApiError) return [error.status, error.code];
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('an encoder\'s offer', () => {
  it.each([
    [['H264'], 'H264'],
    [['H264', 'VP8'], 'VP8'],
    [['AV1', 'VP9', 'H264'], 'H264'],
    [['AV1', 'VP9'], 'VP9'],
    [['AV1'], 'AV1'],
  ])('with %j comes in %s alone, and Opus', (codecs, taken) => {
    const { sdp, kinds } = preparePublication(encoder(codecs));
    expect(kinds).toEqual(['audio', 'video']);
    const { media } = expand(parseSdp(sdp));
    expect(media.flatMap(payloadTypes).map(({ name }) => name)).toEqual(['opus', taken]);
    expect(sdp).not.toMatch(/a=(?:rid|simulcast|candidate)/);
    expect(sdp.match(/a=ssrc:17 /g)).toHaveLength(1);
  });

  it.each(BROWSERS)('that %s makes loses what costs bytes: all but one sound, one picture and one encoding of it', (browser) => {
    expect(Buffer.byteLength(preparePublication(memberOfferOf(browser)).sdp)).toBeLessThan(MAX_BYTES);
  });

  it('is refused where it sends nothing, or nothing that is taken', () => {
    expect(refused(offerOf('chromium'))).toEqual([400, 'bad-offer']);
    expect(refused(encoder(['VP8'], 'inactive'))).toEqual([400, 'bad-offer']);
    expect(refused('hello')).toEqual([400, 'bad-offer']);
    expect(refused(encoder(['H263']))).toEqual([406, 'no-common-codec']);
  });
});
