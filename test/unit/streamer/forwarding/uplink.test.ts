import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PublishedPacket } from '../../../../streamer/forwarding/published-packet.ts';
import { Publication } from '../../../../streamer/forwarding/publication.ts';
import { Uplink } from '../../../../streamer/forwarding/uplink.ts';
import { IncomingHeader } from '../../../../streamer/rtp/incoming-header.ts';
import { ntpFromUnix } from '../../../../streamer/rtp/ntp.ts';
import { readRtcp, type Feedback } from '../../../../streamer/rtp/rtcp-reader.ts';
import { readMemberOffer, type PublishedKind } from '../../../../streamer/webrtc/member-offer.ts';
import { rtpDatagram, vp8Payload, type DatagramOptions } from '../../../support/streamer/published.ts';
import { memberOfferOf } from '../../../support/sdp-fixtures.ts';

const { sendings } = readMemberOffer(memberOfferOf('chromium'));
const [sound, camera, screen] = sendings as [(typeof sendings)[0], (typeof sendings)[0], (typeof sendings)[0]];
const MID = camera.extensions.mid ?? 0;
const RID = camera.extensions.rid ?? 0;
const REPAIRED = camera.extensions.repairedRid ?? 0;
const LEVEL = sound.extensions.audioLevel ?? 0;
const TRANSPORT = camera.extensions.transportSequence ?? 0;
const VP8 = Number(camera.codec.number);
const RTX = Number(camera.rtx?.number);
const OPUS = Number(sound.codec.number);

function setUp() {
  const publications = new Map((['audio', 'camera', 'screen'] as const).map((kind): [PublishedKind, Publication] => [kind, new Publication('m1', kind)]));
  const published: { readonly kind: PublishedKind; readonly place: number; readonly packet: PublishedPacket }[] = [];
  for (const [kind, publication] of publications) {
    publication.show(true);
    publication.subscribe({ receive: (encoding, packet) => published.push({ kind, place: publication.encodings.indexOf(encoding), packet }), changed: () => undefined });
  }
  const said: Feedback[] = [];
  const levels: number[] = [];
  const uplink = new Uplink({ sendings, publications, sendRtcp: (compound) => said.push(...readRtcp(compound)), onLevel: (level) => levels.push(level) });
  const header = new IncomingHeader();
  const receive = (options: DatagramOptions, now = 0): void => {
    const datagram = rtpDatagram(options);
    if (header.read(datagram)) uplink.receive(header, datagram.subarray(header.bytes), now);
  };
  const take = () => said.splice(0);
  return { uplink, publications, published, receive, take, levels };
}

const picture = (ssrc: number, sequenceNumber: number, extensions: DatagramOptions['extensions'] = {}, keyframe = false): DatagramOptions => ({ ssrc, payloadType: VP8, sequenceNumber, timestamp: sequenceNumber * 3_000, payload: vp8Payload({ keyframe, pictureId: sequenceNumber & 0x7fff }), extensions });

describe('what comes from one member', () => {
  it('is told apart by the names in its packets, and by what they taught', () => {
    const { published, receive } = setUp();
    receive(picture(1, 5, { [MID]: '1', [RID]: 'q' }));
    receive(picture(3, 9, { [MID]: '1', [RID]: 'f' }));
    receive(picture(2, 7, { [MID]: '1', [RID]: 'h' }));
    receive(picture(1, 6));
    receive(picture(4, 1, { [MID]: '2' }));
    receive({ ssrc: 5, payloadType: OPUS, sequenceNumber: 1, payload: Buffer.from('voice'), extensions: { [MID]: '0' } });
    expect(published.map(({ kind, place, packet }) => [kind, place, packet.index & 0xffff])).toEqual([['camera', 0, 5], ['camera', 1, 9], ['camera', 1, 7], ['camera', 0, 6], ['screen', 0, 1], ['audio', 0, 1]]);
    receive(picture(3, 10));
    expect(published.at(-1)).toMatchObject({ kind: 'camera', place: 2 });
  });

  it('is found by an SSRC that was named beforehand, or a payload type that only one can have; else it is nobody’s', () => {
    const { published, receive } = setUp();
    receive(picture(screen.streams[0]?.ssrc ?? 0, 1));
    receive({ ssrc: 99, payloadType: OPUS, sequenceNumber: 1, payload: Buffer.from('voice') });
    expect(published.map(({ kind }) => kind)).toEqual(['screen', 'audio']);
    receive(picture(98, 1));
    receive(picture(97, 1, { [MID]: '1' }));
    receive(picture(96, 1, { [MID]: 'nonsense', [RID]: 'q' }));
    receive(picture(95, 1, { [MID]: '1', [RID]: 'nonsense' }));
    receive({ ...picture(94, 1, { [MID]: '1', [RID]: 'q' }), payloadType: 13 });
    expect(published).toHaveLength(2);
  });

  it('is bounded, however many streams somebody begins', () => {
    const { publications, published, receive } = setUp();
    for (let ssrc = 0; ssrc < 200; ssrc++) receive(picture(ssrc, 1, { [MID]: '1', [RID]: 'q' }));
    expect(published).toHaveLength(32);
    expect(publications.get('camera')?.encodings).toHaveLength(1);
  });

  it('is asked for where some is missing, again and again, and put in its place when it comes by another stream (RFC 4588)', () => {
    const { uplink, published, receive, take } = setUp();
    receive(picture(1, 5, { [MID]: '1', [RID]: 'q' }, true));
    receive(picture(1, 9), 100);
    expect(take()).toEqual([]);
    receive(picture(1, 10), 120);
    const nack = { type: 'nack', ssrc: 1, sequenceNumbers: [6, 7, 8] };
    expect(take()).toEqual([nack]);
    uplink.tick(150);
    expect(take().filter(({ type }) => type === 'nack')).toEqual([]);
    const repair = (sequenceNumber: number, original: number): DatagramOptions => ({ ...picture(20, sequenceNumber), payloadType: RTX, timestamp: original * 3_000, payload: Buffer.concat([Buffer.from([original >> 8, original & 0xff]), vp8Payload({ pictureId: original })]), extensions: { [MID]: '1', [REPAIRED]: 'q' } });
    receive(repair(1, 7), 160);
    expect(published.at(-1)).toMatchObject({ place: 0, packet: { descriptor: { pictureId: 0x8000 + 7 } } });
    receive(repair(2, 7), 161);
    expect(published, 'a repair that comes twice').toHaveLength(4);
    receive({ ...repair(3, 8), payload: Buffer.from([0, 8]) }, 162);
    expect(published, 'a repair that only fills the way').toHaveLength(4);
    uplink.tick(210);
    expect(take().filter(({ type }) => type === 'nack')).toEqual([{ ...nack, sequenceNumbers: [6, 8] }]);
    receive(picture(1, 6), 211);
    receive(picture(1, 8), 212);
    uplink.tick(400);
    expect(take().filter(({ type }) => type === 'nack')).toEqual([]);
    expect(published.map(({ packet }) => packet.index & 0xffff)).toEqual([5, 9, 10, 7, 6, 8]);
  });

  it('is begun anew by a keyframe where it cannot be repaired', () => {
    const { uplink, receive, take } = setUp();
    receive(picture(1, 5, { [MID]: '1', [RID]: 'q' }, true));
    receive(picture(1, 1_000), 10);
    uplink.tick(20);
    expect(take().filter(({ type }) => type !== 'reports')).toEqual([{ type: 'keyframe-request', ssrc: 1 }]);
    uplink.tick(100);
    expect(take(), 'not so soon again').toEqual([]);
    uplink.tick(500);
    expect(take()).toEqual([{ type: 'keyframe-request', ssrc: 1 }]);
    receive(picture(1, 1_001, {}, true), 510);
    uplink.tick(1_000);
    expect(take().filter(({ type }) => type === 'keyframe-request')).toEqual([]);
  });

  it('is reported on: what was lost, when his report came, and when each packet came', () => {
    const { uplink, receive, take } = setUp();
    receive(picture(1, 65_535, { [MID]: '1', [RID]: 'q', [TRANSPORT]: Buffer.from([0xff, 0xff]) }, true), 1_000);
    receive(picture(1, 1, { [TRANSPORT]: Buffer.from([0, 1]) }), 1_010);
    uplink.heed({ type: 'sender-report', ssrc: 1, ntp: ntpFromUnix(1e12), rtpTimestamp: 0 }, 1_500);
    uplink.tick(2_000);
    const [arrivals, nack, reports] = take();
    expect(arrivals).toMatchObject({ type: 'transport', feedback: { first: 65_535 } });
    expect(arrivals?.type === 'transport' ? [...arrivals.feedback.arrivals] : []).toEqual([1_000, NaN, 1_010]);
    expect(nack).toMatchObject({ type: 'nack', sequenceNumbers: [0] });
    expect(reports).toMatchObject({ reports: [{ ssrc: 1, packetsLost: 1, highestSequence: 0x1_0001, delaySinceLastSenderReport: 32_768 }] });
    expect(reports?.type === 'reports' ? reports.reports[0]?.fractionLost : NaN).toBeCloseTo(1 / 3, 2);
    uplink.tick(2_050);
    expect(take().filter(({ type }) => type !== 'nack'), 'nothing new').toEqual([]);
  });

  it('throws nothing, whatever comes in an authentic packet', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom(VP8, RTX, OPUS), fc.constantFrom('0', '1', '2'), fc.constantFrom('q', 'h', 'x'), fc.integer({ min: 0, max: 65_535 }), fc.uint8Array({ minLength: 1, maxLength: 30 })), { maxLength: 40 }), (packets) => {
        const { uplink, receive } = setUp();
        packets.forEach(([payloadType, mid, rid, sequenceNumber, payload], now) =>
          receive({ ssrc: payloadType * 10 + Number(mid), payloadType, sequenceNumber, timestamp: sequenceNumber * 65_537, payload: Buffer.from(payload), extensions: { [MID]: mid, [RID]: rid, [REPAIRED]: rid, [TRANSPORT]: Buffer.from(payload.subarray(0, 2)) } }, now * 20),
        );
        uplink.tick(5_000);
      }),
    );
  });

  it('tells how loud he is (RFC 6464)', () => {
    const { levels, receive } = setUp();
    receive({ ssrc: 5, payloadType: OPUS, sequenceNumber: 1, payload: Buffer.from('voice'), extensions: { [MID]: '0', [LEVEL]: Buffer.from([0x80 | 35]) } });
    receive({ ssrc: 5, payloadType: OPUS, sequenceNumber: 2, payload: Buffer.from('voice') });
    expect(levels).toEqual([35]);
  });
});
