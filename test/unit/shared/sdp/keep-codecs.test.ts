import { describe, expect, it } from 'vitest';
import { keepCodecs, MID_EXTENSION, parseSdp, payloadTypes, TRANSPORT_CC_EXTENSION, type KeepOptions, type KeptCodecs, type SessionDescription } from '../../../../shared/sdp/index.ts';
import { BROWSERS, offerOf, type OfferKind } from '../../../support/sdp-fixtures.ts';

const PLAIN: KeptCodecs = { audio: ['opus'], video: ['VP8'] };

function kept(browser: 'chromium' | 'firefox', codecs = PLAIN, options: KeepOptions = {}, kind: OfferKind = 'plain'): SessionDescription {
  return keepCodecs(parseSdp(offerOf(browser, kind)), codecs, options);
}

function names(description: SessionDescription): string[][] {
  return description.media.map((section) => payloadTypes(section).map((type) => type.name));
}

describe('keepCodecs', () => {
  describe.each(BROWSERS)('on an offer of %s', (browser) => {
    it('keeps opus, VP8 and its retransmission with what playback needs', () => {
      const description = kept(browser);
      expect(names(description)).toEqual([['opus'], ['VP8', 'rtx']]);
      const [audio, video] = description.media;
      const [opus] = payloadTypes(audio!);
      const [vp8, rtx] = payloadTypes(video!);
      expect(opus?.format).toContain('useinbandfec=1');
      expect(new Set(vp8?.feedback)).toEqual(new Set(['nack', 'nack pli', 'transport-cc']));
      expect(rtx?.format).toBe(`apt=${vp8?.number}`);
      for (const section of description.media) {
        expect(section.has('rtcp-mux')).toBe(true);
        expect(section.direction).toBe('recvonly');
      }
      expect(description.media.map((section) => section.attributes('extmap').map((value) => value.split(' ')[1]))).toEqual([[], [TRANSPORT_CC_EXTENSION]]);
    });

    it('keeps the viewer’s own estimate where arrivals cannot be reported', () => {
      for (const text of [offerOf(browser).replaceAll(TRANSPORT_CC_EXTENSION, 'urn:other'), offerOf(browser).replaceAll(/a=rtcp-fb:.* transport-cc\r\n/g, '')]) {
        const [, video] = keepCodecs(parseSdp(text), PLAIN).media;
        expect(new Set(payloadTypes(video!)[0]?.feedback)).toEqual(new Set(['nack', 'nack pli', 'goog-remb']));
        expect(video?.has('extmap')).toBe(false);
      }
    });

    it('says once what all codecs share, unless they differ', () => {
      const both: KeptCodecs = { audio: ['opus'], video: ['VP8', 'VP9'] };
      const feedback = (text: string) => keepCodecs(parseSdp(text), both).media[1]!.attributes('rtcp-fb');
      expect(feedback(offerOf(browser)).sort()).toEqual(['* nack', '* nack pli', '* transport-cc']);
      expect(feedback(offerOf(browser).replace(/a=rtcp-fb:(96|120) nack pli\r\n/, ''))).toHaveLength(5);
    });

    it('drops candidates and stream ids unless told otherwise', () => {
      const lean = kept(browser, PLAIN, {}, 'gathered').media[0]!;
      expect(['candidate', 'end-of-candidates', 'ssrc', 'rtcp'].filter((name) => lean.has(name))).toEqual([]);
      const rich = kept(browser, PLAIN, { candidates: true, ssrcs: true }, 'gathered').media[0]!;
      expect(rich.has('candidate')).toBe(true);
      expect(rich.has('ssrc')).toBe(browser === 'firefox');
    });

    it('refuses a section without common codec in its place, and takes it out of the bundle', () => {
      const description = kept(browser, { audio: ['opus'], video: ['H265'] });
      expect(description.media.map(({ kind, isRejected, mid }) => [kind, isRejected, mid])).toEqual([['audio', false, '0'], ['video', true, '1']]);
      expect(description.session.attribute('group')).toBe('BUNDLE 0');
      expect(kept(browser, { audio: [], video: [] }).session.has('group')).toBe(false);
    });

    it('keeps a data channel', () => {
      expect(kept(browser, PLAIN, {}, 'data-channel').media[2]).toMatchObject({ kind: 'application', isRejected: false });
    });

    it('keeps other extensions and feedback where they are asked for', () => {
      const [, video] = kept(browser, PLAIN, { extensions: [TRANSPORT_CC_EXTENSION], feedback: ['transport-cc'], retransmission: false }).media;
      expect(video?.attributes('extmap').map((value) => value.split(' ')[1])).toEqual([TRANSPORT_CC_EXTENSION]);
      expect(payloadTypes(video!)).toMatchObject([{ name: 'VP8', feedback: ['transport-cc'] }]);
    });
  });

  it('keeps the mid extension where sections share payload types', () => {
    const text = offerOf('chromium');
    const second = text.slice(text.indexOf('m=video')).replace('a=mid:1', 'a=mid:2');
    const description = keepCodecs(parseSdp(text.replace('BUNDLE 0 1', 'BUNDLE 0 1 2') + second), PLAIN);
    expect(description.media.map((section) => section.attributes('extmap').map((value) => value.split(' ')[1]))).toEqual([[MID_EXTENSION], [TRANSPORT_CC_EXTENSION, MID_EXTENSION], [TRANSPORT_CC_EXTENSION, MID_EXTENSION]]);
  });

  it('takes several codecs in the order that is asked for, names in any case', () => {
    expect(names(kept('firefox', { audio: ['OPUS'], video: ['av1', 'vp8'] }))[1]).toEqual(['AV1', 'VP8', 'rtx', 'rtx']);
  });

  it('chooses among payload types of one codec by their parameters', () => {
    const codec = { name: 'H264', parameters: { 'packetization-mode': '1', 'profile-level-id': '42e01f' } };
    const [, video] = kept('chromium', { audio: [], video: [codec] }).media;
    expect(payloadTypes(video!)[0]).toMatchObject({ number: '108', name: 'H264' });
    expect(names(kept('firefox', { audio: [], video: [codec] }))[1]).toEqual(['']);
  });
});
