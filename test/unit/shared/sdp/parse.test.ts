import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatSdp, parseSdp, payloadTypes, SdpError } from '../../../../shared/sdp/index.ts';
import { BROWSERS, offerOf } from '../../../support/sdp-fixtures.ts';

const FIXTURES = new URL('../../../fixtures/sdp/', import.meta.url);
const SESSION = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n';

describe('parseSdp', () => {
  it.each(readdirSync(FIXTURES))('reads and writes %s unchanged', (file) => {
    const text = readFileSync(new URL(file, FIXTURES), 'utf8');
    expect(formatSdp(parseSdp(text))).toBe(text);
  });

  it.each(BROWSERS)('finds sections and attributes in an offer of %s', (browser) => {
    const { session, media } = parseSdp(offerOf(browser, 'data-channel'));
    expect(session.attribute('group')).toBe('BUNDLE 0 1 2');
    expect(media.map(({ kind, mid, direction, isRtp, isRejected }) => [kind, mid, direction, isRtp, isRejected])).toEqual([
      ['audio', '0', 'recvonly', true, false],
      ['video', '1', 'recvonly', true, false],
      ['application', '2', 'sendrecv', false, false],
    ]);
    expect(media.every((section) => section.attribute('setup') === 'actpass')).toBe(true);
  });

  it('puts codecs together', () => {
    const [, video] = parseSdp(offerOf('chromium')).media;
    const [vp8, rtx] = payloadTypes(video!);
    expect(vp8).toEqual({ number: '96', name: 'VP8', clockRate: 90_000, channels: undefined, format: undefined, feedback: ['goog-remb', 'transport-cc', 'ccm fir', 'nack', 'nack pli'] });
    expect(rtx).toMatchObject({ name: 'rtx', format: 'apt=96', feedback: [] });
    const [audio] = parseSdp(`${SESSION}m=audio 9 RTP/AVP 0 96\r\na=rtpmap:96 opus/48000/2\r\n`).media;
    expect(payloadTypes(audio!)).toMatchObject([{ name: 'PCMU', clockRate: 8000 }, { name: 'opus', channels: 2 }]);
  });

  it('tells a refused section from one that shares its port', () => {
    const { media } = parseSdp(`${SESSION}m=audio 0 RTP/AVP 0\r\nm=video 0 RTP/AVP 96\r\na=bundle-only\r\n`);
    expect(media.map((section) => section.isRejected)).toEqual([true, false]);
  });

  it('accepts bare line feeds and a missing last line break', () => {
    expect(parseSdp(SESSION.replaceAll('\r', '')).session.lines).toHaveLength(4);
    expect(parseSdp(SESSION.trimEnd()).session.lines).toHaveLength(4);
  });

  it.each([
    ['nothing', ''],
    ['prose', 'hello'],
    ['JSON', '{"type":"offer"}'],
    ['another version', SESSION.replace('v=0', 'v=1')],
    ['no origin', SESSION.replace(/o=.*\r\n/, '')],
    ['a short origin', SESSION.replace(' IN IP4 0.0.0.0', '')],
    ['no name', SESSION.replace('s=-\r\n', '')],
    ['no time', SESSION.replace('t=0 0\r\n', '')],
    ['a time after the media', `${SESSION.replace('t=0 0\r\n', '')}m=audio 9 RTP/AVP 0\r\nt=0 0\r\n`],
    ['an empty line', `${SESSION}\r\na=x\r\n`],
    ['a long type', `${SESSION}aa=x\r\n`],
    ['a NUL', `${SESSION}a=x\0y\r\n`],
    ['a bare carriage return', `${SESSION}a=x\ry\r\n`],
    ['a media line without format', `${SESSION}m=audio 9 RTP/AVP\r\n`],
    ['an impossible port', `${SESSION}m=audio 65536 RTP/AVP 0\r\n`],
    ['a negative port', `${SESSION}m=audio -1 RTP/AVP 0\r\n`],
    ['too many sections', SESSION + 'm=audio 9 RTP/AVP 0\r\n'.repeat(129)],
    ['too many lines', SESSION + 'a=x\r\n'.repeat(5_000)],
    ['too much', `${SESSION}a=${'x'.repeat(70_000)}\r\n`],
  ])('refuses %s', (_, text) => {
    expect(() => parseSdp(text)).toThrow(SdpError);
  });

  it('throws nothing but SdpError, whatever it is given', () => {
    const line = fc.stringMatching(/^[a-z]?=?[ -~]{0,20}(?:\r?\n)?$/);
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.array(line).map((lines) => SESSION + lines.join(''))), (text) => {
        try {
          parseSdp(formatSdp(parseSdp(text)));
        } catch (error) {
          if (!(error instanceof SdpError)) throw error;
        }
      }),
    );
  });
});
