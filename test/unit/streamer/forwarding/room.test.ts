import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parseSdp, SdpError } from '../../../../shared/sdp/index.ts';
import { NotAcceptableError } from '../../../../streamer/call/viewer-connection.ts';
import { PortableEgress } from '../../../../streamer/egress/portable/portable-egress.ts';
import { Room } from '../../../../streamer/forwarding/room.ts';
import type { MemberMedia } from '../../../../streamer/rooms/media.ts';
import { ownCertificate } from '../../../../streamer/webrtc/certificate.ts';
import { MediaPort } from '../../../../streamer/webrtc/media-port.ts';
import { memberOfferOf } from '../../../support/sdp-fixtures.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { answerTo } from '../../../support/streamer/member-answer.ts';

const ALL = { audio: true, video: true, screen: true };
const FACE = { audio: true, video: true, screen: false };

describe('a room', () => {
  let egress: PortableEgress;
  let port: MediaPort;
  let clock: VirtualClock;
  let room: Room;
  let asked: string[];

  beforeEach(async () => {
    egress = await PortableEgress.open({ host: '127.0.0.1', port: 0 });
    port = new MediaPort(egress);
    clock = new VirtualClock();
    room = new Room(async () => ({ port, addresses: ['127.0.0.1'], certificate: await ownCertificate(), clock, random: Math.random, randomBytes }));
    asked = [];
  });
  afterEach(async () => {
    await room.close();
    await egress.close();
  });

  const join = async (id: string, showing = FACE): Promise<MemberMedia> => {
    const media = await room.admit(id, memberOfferOf('chromium'), showing);
    media.onNegotiationNeeded(() => asked.push(id));
    return media;
  };
  const tracks = (offer: string) => parseSdp(offer).media.flatMap((section) => (section.direction === 'sendonly' ? (section.attribute('msid') ?? '') : []));
  const agree = (media: MemberMedia): string[] => {
    const offer = media.offer();
    media.accept(answerTo(offer));
    return tracks(offer);
  };

  it('tells everybody of the tracks of all others, and a newcomer of those that are there (seed 3.14)', async () => {
    const ana = await join('m1');
    expect(asked).toEqual([]);
    const bo = await join('m2');
    expect(asked.sort()).toEqual(['m1', 'm2']);
    expect(agree(ana)).toEqual(['m2 m2-audio', 'm2 m2-camera']);
    expect(agree(bo)).toEqual(['m1 m1-audio', 'm1 m1-camera']);
    const cy = await join('m3', ALL);
    expect(agree(cy)).toEqual(['m1 m1-audio', 'm1 m1-camera', 'm2 m2-audio', 'm2 m2-camera']);
    expect(agree(ana)).toEqual(['m2 m2-audio', 'm2 m2-camera', 'm3 m3-audio', 'm3 m3-camera', 'm3 m3-screen']);
  });

  it('asks for one negotiation however much changes before it is made, and for another for what changes meanwhile', async () => {
    const ana = await join('m1');
    await join('m2');
    await join('m3');
    expect(asked.filter((id) => id === 'm1')).toHaveLength(1);
    const offer = ana.offer();
    await join('m4');
    expect(asked.filter((id) => id === 'm1')).toHaveLength(2);
    ana.accept(answerTo(offer));
    expect(tracks(ana.offer())).toContain('m4 m4-audio');
  });

  it('keeps the section of what is muted, and makes one for a screen when it is shown first', async () => {
    const ana = await join('m1');
    const bo = await join('m2', { audio: false, video: true, screen: false });
    expect(agree(ana)).toEqual(['m2 m2-camera']);
    agree(bo);
    asked.length = 0;
    bo.show({ audio: false, video: false, screen: false });
    expect(asked).toEqual([]);
    bo.show({ audio: true, video: false, screen: true });
    expect(asked).toEqual(['m1']);
    expect(agree(ana)).toEqual(['m2 m2-camera', 'm2 m2-audio', 'm2 m2-screen']);
  });

  it('forgets who leaves, for everybody, and frees all that he held', async () => {
    const ana = await join('m1');
    const bo = await join('m2');
    agree(ana);
    agree(bo);
    asked.length = 0;
    await bo.close();
    expect(room.members).toBe(1);
    expect(asked).toEqual(['m1']);
    expect(agree(ana)).toEqual([]);
    await bo.close();
    bo.show(ALL);
    expect(asked).toEqual(['m1']);
    await ana.close();
    expect([room.members, port.endpoints, clock.pending]).toEqual([0, 0, 0]);
  });

  it('lets go of who never connects, and says so once', async () => {
    const ana = await join('m1');
    const reasons: string[] = [];
    ana.onClosed((reason) => reasons.push(reason));
    clock.tick(30_000);
    expect(reasons).toEqual(['the member never connected']);
    expect([room.members, port.endpoints, clock.pending]).toEqual([0, 0, 0]);
  });

  it('refuses what is no offer, or a member who is there, and keeps nothing of it', async () => {
    await join('m1');
    await expect(room.admit('m2', 'nonsense', FACE)).rejects.toThrow(SdpError);
    await expect(room.admit('m2', memberOfferOf('firefox').replaceAll('VP8', 'H263').replaceAll('opus', 'G729'), FACE)).rejects.toThrow(NotAcceptableError);
    await expect(room.admit('m1', memberOfferOf('firefox'), FACE)).rejects.toThrow();
    expect([room.members, port.endpoints]).toEqual([1, 1]);
    await room.close();
    expect([room.members, port.endpoints, clock.pending]).toEqual([0, 0, 0]);
    await expect(room.admit('m9', memberOfferOf('firefox'), FACE)).rejects.toThrow();
  });
});
