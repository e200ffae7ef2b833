import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AUDIO_LEVEL_EXTENSION, compact, formatSdp, keepCodecs, MediaSection, MID_EXTENSION, parseSdp, REPAIRED_RID_EXTENSION, RID_EXTENSION, SdpError, TRANSPORT_CC_EXTENSION } from '../../../../shared/sdp/index.ts';
import { NotAcceptableError } from '../../../../streamer/call/viewer-connection.ts';
import { readMemberOffer } from '../../../../streamer/webrtc/member-offer.ts';
import { MemberSession, type SentTrack } from '../../../../streamer/webrtc/member-session.ts';
import { BROWSERS, memberOfferOf } from '../../../support/sdp-fixtures.ts';
import { answerTo } from '../../../support/streamer/member-answer.ts';

const END = { iceUfrag: 'ufrg', icePwd: 'a password of 22 chars', fingerprint: 'AB:CD', candidates: [{ foundation: '1', priority: 1, host: '192.0.2.1', port: 9 }], sessionId: '77' };
const track = (name: string, kind: 'audio' | 'video', ssrc: number): SentTrack => ({ stream: name.split('-')[0]!, name, kind, ssrc, rtxSsrc: ssrc + 1 });
const version = (sdp: string) => Number(/^o=- 77 (\d+) /m.exec(sdp)?.[1]);
const shape = (sdp: string) => parseSdp(sdp).media.map((section) => `${section.kind} ${section.mid ?? ''} ${section.isRejected ? 'refused' : section.direction}${section.has('msid') ? ` ${section.attribute('msid') ?? ''}` : ''}`);

const rejected = (section: MediaSection) => new MediaSection([{ type: 'm', value: `${section.kind} 0 ${section.protocol} ${section.formats.join(' ')}` }, ...section.lines.slice(1)]);

/** As front passes it on: with what a room needs and nothing else, what is the same for all sections once. */
const passedOn = (offer: string) =>
  formatSdp(compact(keepCodecs(parseSdp(offer), { audio: ['opus'], video: ['VP8'] }, { ssrcs: true, extensions: [MID_EXTENSION, RID_EXTENSION, REPAIRED_RID_EXTENSION, AUDIO_LEVEL_EXTENSION, TRANSPORT_CC_EXTENSION] })));
const OFFERS = BROWSERS.flatMap((browser) => [[browser, memberOfferOf(browser)], [`${browser}, passed on by front`, passedOn(memberOfferOf(browser))]] as const);

describe.each(OFFERS)('the session with a member in %s', (_, offer) => {
  const open = () => new MemberSession(readMemberOffer(offer), END);

  it('takes sound, a camera in three sizes and a screen, and answers that it receives them', () => {
    const { sendings } = readMemberOffer(offer);
    expect(sendings.map(({ kind, mid, rids }) => [kind, mid, rids])).toEqual([['audio', '0', []], ['camera', '1', ['q', 'h', 'f']], ['screen', '2', []]]);
    for (const { codec, rtx, kind, extensions } of sendings) {
      expect(codec.name.toLowerCase()).toBe(kind === 'audio' ? 'opus' : 'vp8');
      expect(rtx !== undefined).toBe(kind !== 'audio');
      expect(extensions.mid).toBeDefined();
      expect(extensions.audioLevel !== undefined).toBe(kind === 'audio');
    }
    expect(sendings[1]?.extensions).toMatchObject({ rid: expect.any(Number) as number, repairedRid: expect.any(Number) as number, transportSequence: expect.any(Number) as number });
    const { answer } = open();
    expect(shape(answer)).toEqual(['audio 0 recvonly', 'video 1 recvonly', 'video 2 recvonly']);
    const { session, media } = parseSdp(answer);
    expect(session.attribute('group')).toBe('BUNDLE 0 1 2');
    expect(session.attribute('setup')).toBe('active');
    expect(media[1]?.attributes('rid')).toEqual(['q recv', 'h recv', 'f recv']);
    expect(media[1]?.attribute('simulcast')).toBe('recv q;h;f');
    expect(media.flatMap((section) => section.attributes('candidate'))).toHaveLength(1);
    expect(Buffer.byteLength(answer)).toBeLessThan(2_600);
  });

  it('appends a section for each track of others, says who leaves, and uses what is free again', () => {
    const session = open();
    const [voice, face, screen] = [track('m2-audio', 'audio', 10), track('m2-camera', 'video', 20), track('m2-screen', 'video', 30)];
    expect(session.pending).toBe(false);
    session.send(voice);
    session.send(face);
    expect(session.pending).toBe(true);
    const first = session.offer();
    expect(version(first)).toBe(2);
    expect(shape(first).slice(3)).toEqual(['audio s3 sendonly m2 m2-audio', 'video s4 sendonly m2 m2-camera']);
    expect(parseSdp(first).session.attribute('setup')).toBe('actpass');
    expect(parseSdp(first).media[4]?.attributes('ssrc-group')).toEqual(['FID 20 21']);
    session.send(screen);
    const taken = session.accept(answerTo(first));
    expect([...taken.keys()]).toEqual([voice, face]);
    expect(taken.get(face)?.rtxPayloadType).toBe(Number(readMemberOffer(offer).sendings[1]?.rtx?.number));
    expect(taken.get(face)?.transportSequenceExtension).toBe(readMemberOffer(offer).sendings[1]?.extensions.transportSequence);
    expect(session.pending, 'the screen came meanwhile').toBe(true);
    const second = session.offer();
    expect(shape(second).slice(3)).toEqual(['audio s3 sendonly m2 m2-audio', 'video s4 sendonly m2 m2-camera', 'video s5 sendonly m2 m2-screen']);
    session.accept(answerTo(second));
    session.stop(face);
    const another = track('m3-camera', 'video', 40);
    session.send(another);
    const third = session.offer();
    expect(shape(third).slice(3), 'a section is free only when the member knows').toEqual(['audio s3 sendonly m2 m2-audio', 'video s4 inactive', 'video s5 sendonly m2 m2-screen', 'video s6 sendonly m3 m3-camera']);
    expect([...session.accept(answerTo(third)).keys()]).toEqual([voice, screen, another]);
    session.send(face);
    const fourth = session.offer();
    expect(shape(fourth)[4]).toBe('video s4 sendonly m2 m2-camera');
    expect(version(fourth)).toBe(5);
    expect(session.accept(answerTo(fourth)).has(face)).toBe(true);
    expect(session.pending).toBe(false);
  });

  it('sends nothing where he takes nothing, and never uses a section that he refused', () => {
    const session = open();
    const [one, other] = [track('m2-camera', 'video', 20), track('m3-camera', 'video', 30)];
    session.send(one);
    session.send(other);
    const taken = session.accept(answerTo(session.offer(), (section) => (section.mid === 's3' ? rejected(section) : section.mid === 's4' ? new MediaSection(section.lines.map((line) => (line.value === 'recvonly' ? { ...line, value: 'inactive' } : line))) : section)));
    expect(taken.size).toBe(0);
    session.stop(one);
    session.send(track('m4-camera', 'video', 50));
    expect(shape(session.offer()).slice(3)).toEqual(['video s3 refused', 'video s4 sendonly m3 m3-camera', 'video s5 sendonly m4 m4-camera']);
  });

  it('believes no answer that does not belong to its latest offer', () => {
    const session = open();
    expect(() => session.accept(answerTo(session.answer))).toThrow(NotAcceptableError);
    const before = session.offer();
    session.send(track('m2-audio', 'audio', 10));
    const now = session.offer();
    expect(() => session.accept(answerTo(before))).toThrow(SdpError);
    expect(() => session.accept('nonsense')).toThrow(SdpError);
    expect(() => session.accept(answerTo(now, (section) => new MediaSection(section.lines.map((line) => ({ ...line, value: line.value.replace('mid:s3', 'mid:x') })))))).toThrow(SdpError);
    expect(session.accept(answerTo(now)).size).toBe(1);
    expect(() => session.accept(answerTo(now))).toThrow(NotAcceptableError);
  });

  it('grows with the room, and stays below what a datagram carries', () => {
    const session = open();
    for (let member = 2; member <= 12; member++) for (const [kind, name] of [['audio', 'audio'], ['video', 'camera'], ['video', 'screen']] as const) session.send(track(`m${member}-${name}`, kind, member * 10));
    expect(Buffer.byteLength(session.offer())).toBeLessThan(20_000);
  });
});

describe("a member's offer", () => {
  it('may lack any of its sections, but not all', () => {
    const { session, media } = parseSdp(memberOfferOf('chromium'));
    const only = (mids: readonly string[]) => formatSdp({ session, media: media.map((section) => (mids.includes(section.mid ?? '') ? section : rejected(new MediaSection(section.lines.filter(({ value }) => value !== 'bundle-only'))))) });
    expect(readMemberOffer(only(['0'])).sendings.map(({ kind }) => kind)).toEqual(['audio']);
    const session2 = new MemberSession(readMemberOffer(only(['0'])), END);
    expect(shape(session2.answer)).toEqual(['audio 0 recvonly', 'video 1 refused', 'video 2 refused']);
    session2.send(track('m2-camera', 'video', 20));
    expect(shape(session2.offer()).at(-1)).toBe('video s3 sendonly m2 m2-camera');
    expect(() => readMemberOffer(only([]))).toThrow(NotAcceptableError);
    expect(() => readMemberOffer(memberOfferOf('chromium').replaceAll('a=sendonly', 'a=recvonly'))).toThrow(NotAcceptableError);
    expect(() => readMemberOffer(memberOfferOf('chromium').replaceAll(/^a=ice-pwd.*\r\n/gm, ''))).toThrow(SdpError);
  });

  it('makes nothing fail but in the two ways that are told, whatever is in it', () => {
    const text = memberOfferOf('firefox');
    fc.assert(
      fc.property(fc.integer({ min: 0, max: text.length }), fc.integer({ min: 0, max: 40 }), fc.string({ maxLength: 12 }), (at, cut, put) => {
        try {
          expect(new MemberSession(readMemberOffer(text.slice(0, at) + put + text.slice(at + cut)), END).answer).toContain('m=');
        } catch (error) {
          expect(error instanceof SdpError || error instanceof NotAcceptableError).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });
});
