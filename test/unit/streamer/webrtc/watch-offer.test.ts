import { describe, expect, it } from 'vitest';
import { parseSdp, SdpError } from '../../../../shared/sdp/index.ts';
import { NotAcceptableError } from '../../../../streamer/call/viewer-connection.ts';
import { AV1, H264, OPUS, VP8, VP9, type Track } from '../../../../streamer/source/source.ts';
import { writeAnswer } from '../../../../streamer/webrtc/answer.ts';
import { readOffer } from '../../../../streamer/webrtc/offer.ts';
import { readWatchAnswer, writeWatchOffer, type TakenCodecs } from '../../../../streamer/webrtc/watch-offer.ts';

const FINGERPRINT = Array.from({ length: 32 }, () => 'AB').join(':');
const END = { iceUfrag: 'ours', icePwd: 'our password of 22 chars', fingerprint: FINGERPRINT, candidates: [{ foundation: '1', priority: 1, host: '192.0.2.1', port: 40_000 }], sessionId: '1' };
const USUAL: TakenCodecs = { audio: [OPUS], video: [VP8] };

/** What a streamer with these tracks answers. */
function answerOf(sdp: string, tracks: readonly Track[]): string {
  const offer = readOffer(sdp, tracks);
  const negotiated = offer.tracks.map(({ sources, kind, codec, rtx, transportSequenceExtension }, number) => ({
    sources: sources.map(({ id }) => id),
    kind,
    clockRate: codec.clockRate,
    ssrc: 100 + number,
    payloadType: Number(codec.number),
    rtx: rtx && { ssrc: 200 + number, payloadType: Number(rtx.number) },
    transportSequenceExtension,
  }));
  return writeAnswer(offer, { iceUfrag: 'his', icePwd: 'his password of 22 chars', fingerprint: FINGERPRINT, candidates: [{ foundation: '1', priority: 1, host: '192.0.2.2', port: 50_000 }], tracks: negotiated, cname: 'c', sessionId: '2', version: 1 });
}

const film = (...codecs: readonly Track['codec'][]): Track[] => codecs.map((codec, id) => ({ id, kind: codec === OPUS ? 'audio' : 'video', codec }));

describe('the offer of a relay', () => {
  it('is taken by a streamer for all that it needs: retransmissions, keyframes, and the arrivals of packets', () => {
    const offer = readOffer(writeWatchOffer(USUAL, END), film(VP8, OPUS));
    expect(offer).toMatchObject({ iceUfrag: 'ours', candidates: [{ host: '192.0.2.1', port: 40_000 }] });
    const [picture, sound] = offer.tracks;
    expect(picture?.codec.feedback).toEqual(['nack', 'nack pli', 'ccm fir', 'transport-cc']);
    expect(picture?.rtx?.format).toBe('apt=96');
    expect([picture?.transportSequenceExtension, sound?.transportSequenceExtension]).toEqual([1, 1]);
    expect(sound?.codec.feedback).toEqual(['nack', 'transport-cc']);
  });

  it('fits into one datagram with its INVITE, also with every codec', () => {
    expect(writeWatchOffer(USUAL, END).length).toBeLessThan(800);
    expect(writeWatchOffer({ audio: [OPUS], video: [VP8, H264, VP9, AV1] }, { ...END, candidates: [...END.candidates, ...END.candidates, ...END.candidates] }).length).toBeLessThan(1_500);
  });

  it('asks for no picture of an origin that has none', () => {
    expect(parseSdp(writeWatchOffer({ audio: [OPUS], video: [] }, END)).media.map(({ kind }) => kind)).toEqual(['audio']);
  });
});

describe('the answer to it', () => {
  it('says what comes, and from where', () => {
    const answer = readWatchAnswer(answerOf(writeWatchOffer(USUAL, END), film(VP8, OPUS)), USUAL);
    expect(answer.remote).toMatchObject({ iceUfrag: 'his', icePwd: 'his password of 22 chars', candidates: [{ host: '192.0.2.2', port: 50_000 }], fingerprints: [{ algorithm: 'sha-256', value: FINGERPRINT }] });
    expect(answer.sendings.map(({ kind, codec, rtx, streams, extensions }) => [kind, codec.name, rtx?.number, streams, extensions.transportSequence])).toEqual([
      ['audio', 'opus', undefined, [], 1],
      ['camera', 'VP8', '97', [{ ssrc: 100, rtx: 200 }], 1],
    ]);
  });

  it('tells which form of H.264 comes', () => {
    const main = { ...H264, parameters: 'packetization-mode=1;profile-level-id=4d401f' };
    const taken = { audio: [], video: [H264] };
    const { sendings } = readWatchAnswer(answerOf(writeWatchOffer(taken, END), film(main)), taken);
    expect(sendings[0]?.codec.format).toContain('profile-level-id=4d001f');
  });

  it('may leave out sound or picture', () => {
    const { sendings } = readWatchAnswer(answerOf(writeWatchOffer(USUAL, END), film(VP8)), USUAL);
    expect(sendings.map(({ kind }) => kind)).toEqual(['camera']);
  });

  it.each([
    ['sends nothing', (sdp: string) => sdp.replaceAll('sendonly', 'inactive'), NotAcceptableError],
    ['leaves the role of the DTLS client to us', (sdp: string) => sdp.replaceAll('setup:active', 'setup:passive'), NotAcceptableError],
    ['has no credentials', (sdp: string) => sdp.replaceAll(/a=ice-ufrag:.*\r\n/g, ''), SdpError],
    ['is none', () => 'an answer', SdpError],
  ])('that %s is refused', (_, change, error) => {
    const sdp = answerOf(writeWatchOffer(USUAL, END), film(VP8, OPUS));
    expect(() => readWatchAnswer(change(sdp), USUAL)).toThrow(error);
  });
});
