import { describe, expect, it } from 'vitest';
import { parseSdp, payloadTypes } from '../../../../shared/sdp/index.ts';
import { NotAcceptableError } from '../../../../streamer/call/viewer-connection.ts';
import { codecNamed, readPublisherOffer, writePublisherAnswer } from '../../../../streamer/webrtc/publisher-offer.ts';
import { memberOfferOf, offerOf } from '../../../support/sdp-fixtures.ts';

const END = { iceUfrag: 'ufrg', icePwd: 'a password of 22 chars', fingerprint: 'AB:CD', candidates: [{ foundation: '1', priority: 1, host: '192.0.2.1', port: 9 }], sessionId: '77' };

/** Chromium's offer in all of its codecs, to send; without those named. */
const without = (...codecs: readonly string[]): string => codecs.reduce((sdp, codec) => sdp.replaceAll(` ${codec}/90000`, ' none/90000'), offerOf('chromium').replaceAll('a=recvonly', 'a=sendonly'));
const answerTo = (sdp: string, version = 1) => parseSdp(writePublisherAnswer(readPublisherOffer(sdp), END, version));

describe('the offer of one who publishes', () => {
  it.each([
    ['VP8', []],
    ['H264', ['VP8']],
    ['VP9', ['VP8', 'H264']],
    ['AV1', ['VP8', 'H264', 'VP9']],
  ] as const)('is taken in %s where it lacks %j, in the form that is offered, with all that makes a browser send more', (name, lacks) => {
    const { media } = answerTo(without(...lacks));
    const [picture] = media.filter(({ kind }) => kind === 'video');
    const [codec, repairs] = picture ? payloadTypes(picture) : [];
    expect([codec?.name, repairs?.name, picture?.direction]).toEqual([name, 'rtx', 'recvonly']);
    expect(codec?.feedback).toEqual(expect.arrayContaining(['nack', 'nack pli', 'transport-cc']));
    if (name === 'H264') expect(codec?.format).toMatch(/packetization-mode=1/);
    expect(codecNamed(codec?.name.toLowerCase() ?? '').name).toBe(name);
  });

  it('is taken in one size and one picture: simulcast and a second one are declined', () => {
    const { media } = answerTo(memberOfferOf('chromium'));
    expect(media.map(({ kind, isRejected }) => [kind, isRejected])).toEqual([['audio', false], ['video', false], ['video', true]]);
    expect(media.some((section) => section.has('simulcast') || section.has('rid'))).toBe(false);
  });

  it('may be of sound alone, but not of a picture that nobody takes', () => {
    const soundOnly = without().replace(/m=video[^]*?(?=m=audio|$)/, '');
    expect(answerTo(soundOnly).media.map(({ kind }) => kind)).toEqual(['audio']);
    expect(() => readPublisherOffer(without('VP8', 'H264', 'VP9', 'AV1'))).toThrow(NotAcceptableError);
    expect(() => readPublisherOffer(offerOf('firefox'))).toThrow(NotAcceptableError);
  });

  it('is answered anew with a higher version', () => {
    expect(writePublisherAnswer(readPublisherOffer(without()), END, 4)).toContain('o=- 77 4 ');
  });
});
