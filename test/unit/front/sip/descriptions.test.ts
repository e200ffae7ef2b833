import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../../front/api-error.ts';
import type { Streamer } from '../../../../front/directory/streamer.ts';
import { prepareAnswer, prepareOffer } from '../../../../front/sip/descriptions.ts';
import { parseSdp } from '../../../../shared/sdp/index.ts';
import { BROWSERS, offerOf } from '../../../support/sdp-fixtures.ts';

const streamer: Streamer = {
  name: 'cam',
  address: '127.0.0.1:9997',
  title: '',
  image: '',
  description: '',
  codecs: { audio: ['opus'], video: ['VP8'] },
  viewers: 0,
};

/** What an INVITE with two Vias and Record-Route may take beside the offer. */
const HEADER_BYTES = 560;
const DATAGRAM_BYTES = 1300;
const ETHERNET_BYTES = 1472;

function thrown(action: () => unknown): ApiError {
  try {
    action();
  } catch (error) {
    if (error instanceof ApiError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

const answer = (kinds: string[]) =>
  ['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', 'a=ice-ufrag:u', 'a=ice-pwd:p', 'a=fingerprint:sha-256 AA', 'a=setup:active', 'a=sendonly']
    .concat(kinds.flatMap((kind, mid) => [`m=${kind} 9 UDP/TLS/RTP/SAVPF 96`, 'c=IN IP4 0.0.0.0', `a=mid:${mid}`, 'a=rtpmap:96 x/90000']))
    .concat('')
    .join('\r\n');

describe('an offer on its way to a streamer', () => {
  it.each(BROWSERS.flatMap((browser) => [[browser, 'plain'], [browser, 'gathered']] as const))(
    'of %s, %s, fits one datagram together with its headers (seed 4.8)',
    (browser, kind) => {
      const { sdp, kinds } = prepareOffer(offerOf(browser, kind), streamer);
      expect(Buffer.byteLength(sdp)).toBeLessThan(DATAGRAM_BYTES - HEADER_BYTES);
      expect(sdp).not.toContain('candidate');
      expect(parseSdp(sdp).media.map(({ kind }) => kind)).toEqual(kinds);
    },
  );

  it.each(BROWSERS)('of %s keeps its data channel where the streamer has something to be controlled, and fits one Ethernet frame', (browser) => {
    for (const controlled of [{ ...streamer, mode: 'vod' as const }, { ...streamer, renditions: ['720p', '360p'] }]) {
      const { sdp, kinds } = prepareOffer(offerOf(browser, 'data-channel'), controlled);
      expect(parseSdp(sdp).media.find(({ kind }) => kind === 'application')).toMatchObject({ isRejected: false, formats: ['webrtc-datachannel'] });
      expect(kinds).toContain('application');
      expect(Buffer.byteLength(sdp)).toBeLessThan(ETHERNET_BYTES - HEADER_BYTES);
    }
    const { sdp } = prepareOffer(offerOf(browser, 'data-channel'), streamer);
    expect(parseSdp(sdp).media.find(({ kind }) => kind === 'application')?.isRejected).toBe(true);
    expect(Buffer.byteLength(sdp)).toBeLessThan(DATAGRAM_BYTES - HEADER_BYTES);
  });

  it('holds the codecs that the streamer sends, and no other', () => {
    const { sdp } = prepareOffer(offerOf('chromium'), { ...streamer, codecs: { audio: ['opus'], video: ['VP9'] } });
    expect(sdp).toMatch(/VP9\/90000/);
    expect(sdp).not.toMatch(/VP8|H264|PCMU/);
  });

  it('holds the usual ones where the streamer does not say what it sends', () => {
    expect(prepareOffer(offerOf('firefox'), { ...streamer, codecs: undefined }).sdp).toMatch(/VP8\/90000/);
  });

  it.each([
    ['chromium', 'VP9', /a=fmtp:\d+ profile-id=0\r/],
    ['chromium', 'AV1', /a=fmtp:\d+ level-idx=5;profile=0;tier=0\r/],
    ['chromium', 'H264', /a=fmtp:\d+ level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42/],
    ['firefox', 'VP9', /VP9\/90000/],
    ['firefox', 'AV1', /AV1\/90000/],
  ] as const)('of %s holds one form of %s, that in which it is sent, and fits', (browser, codec, form) => {
    const { sdp } = prepareOffer(offerOf(browser), { ...streamer, codecs: { audio: ['opus'], video: [codec] } });
    expect(sdp).toMatch(form);
    expect(sdp.match(new RegExp(`a=rtpmap:\\d+ ${codec}/`, 'g'))).toHaveLength(1);
    expect(Buffer.byteLength(sdp)).toBeLessThan(DATAGRAM_BYTES - HEADER_BYTES + 60);
  });

  it('holds only the first codec that the browser takes, of several', () => {
    const both = { ...streamer, codecs: { audio: ['opus'], video: ['H264', 'VP8'] } };
    expect(prepareOffer(offerOf('chromium'), both).sdp).not.toMatch(/VP8/);
    expect(prepareOffer(offerOf('firefox'), both).sdp).toMatch(/VP8\/90000/);
  });

  it('is refused with a sentence where the browser takes the sound but not the picture', () => {
    const refused = thrown(() => prepareOffer(offerOf('firefox'), { ...streamer, codecs: { audio: ['opus'], video: ['H264'] } }));
    expect(refused).toMatchObject({ status: 406, code: 'no-common-codec', message: 'Your browser cannot show the picture of "cam", which is in H264.' });
  });

  it('is refused with 406 where nothing is left', () => {
    const refused = thrown(() => prepareOffer(offerOf('firefox'), { ...streamer, codecs: { audio: ['G729'], video: ['H266'] } }));
    expect(refused).toMatchObject({ status: 406, code: 'no-common-codec' });
  });

  it.each(['', 'nonsense', 'v=0', 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n', '\0\0\0', 'm=video', 'x'.repeat(30_000), '{"sdp":1}'])(
    'is refused with 400 when it is no SDP: %.20j',
    (text) => {
      expect(thrown(() => prepareOffer(text, streamer))).toMatchObject({ status: 400, code: 'bad-offer' });
    },
  );
});

describe('an answer on its way to a browser', () => {
  const offer = prepareOffer(offerOf('chromium'), streamer);

  it('has in each section what stood once for all', () => {
    const { session, media } = parseSdp(prepareAnswer(answer(['audio', 'video']), offer, streamer));
    expect(media).toHaveLength(2);
    for (const section of media) {
      for (const attribute of ['ice-ufrag', 'ice-pwd', 'fingerprint', 'setup', 'sendonly']) expect(section.has(attribute)).toBe(true);
    }
    expect(session.has('ice-ufrag')).toBe(false);
  });

  it.each([['nothing', ''], ['one section', answer(['audio'])], ['sections in another order', answer(['video', 'audio'])], ['no SDP', '<html>']])(
    'is the streamer\'s fault when it holds %s',
    (_what, text) => {
      expect(thrown(() => prepareAnswer(text, offer, streamer))).toMatchObject({ status: 502, code: 'streamer-error' });
    },
  );
});
