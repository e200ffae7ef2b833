import { describe, expect, it } from 'vitest';
import { SentLog } from '../../../../streamer/fanout/sent-log.ts';
import type { OutgoingPacket } from '../../../../streamer/fanout/transport.ts';
import { Publication } from '../../../../streamer/forwarding/publication.ts';
import { Subscription } from '../../../../streamer/forwarding/subscription.ts';
import { readVp8Descriptor } from '../../../../streamer/rtp/vp8-descriptor.ts';
import { ScriptedEncoding } from '../../../support/streamer/published.ts';

const FORM = { payloadType: 100, rtxPayloadType: 101, transportSequenceExtension: 3 };
const FRAME_MS = 1000 / 30;

function setUp() {
  const publication = new Publication('m1', 'camera');
  const sent: OutgoingPacket[] = [];
  let changes = 0;
  const subscription = new Subscription({
    publication,
    track: { stream: 'm1', name: 'm1-camera', kind: 'video', ssrc: 50, rtxSsrc: 51 },
    beginnings: { sequence: 65_530, rtxSequence: 9, timestamp: 2 ** 32 - 1_000 },
    log: new SentLog(),
    send: (packet) => sent.push({ ...packet, prefix: packet.prefix && Uint8Array.from(packet.prefix) }),
    onChanged: () => changes++,
  });
  const small = new ScriptedEncoding(11, 180, { sequence: 65_533, timestamp: 4_000_000_000, pictureId: 32_760 });
  const large = new ScriptedEncoding(12, 360, { sequence: 100, timestamp: 7_000, pictureId: 500 });
  publication.show(true);
  publication.put(0, small.encoding);
  publication.put(1, large.encoding);
  const play = (scripted: ScriptedEncoding, number: number, keyframe = false): void => {
    const now = number * FRAME_MS;
    const packet = scripted.picture(number, now, keyframe);
    if (packet) publication.publish(scripted.encoding, packet, now);
  };
  return { publication, subscription, sent, small, large, play, changes: () => changes };
}

const pictureIds = (packets: readonly OutgoingPacket[]) => packets.map(({ prefix, payload }) => readVp8Descriptor(Buffer.concat([prefix ?? Buffer.alloc(0), payload]))?.pictureId);
const steps = (numbers: readonly (number | undefined)[], modulus: number) => numbers.slice(1).map((number, index) => ((number ?? NaN) - (numbers[index] ?? NaN) + modulus) % modulus);

describe('a track as another member gets it', () => {
  it('is one row of numbers, times and pictures, whatever size goes out', () => {
    const { subscription, sent, small, large, play } = setUp();
    subscription.accept(FORM);
    subscription.want(small.encoding, 0);
    expect(small.asked).toEqual([11]);
    play(small, 0);
    expect(sent).toHaveLength(0);
    for (let number = 1; number <= 10; number++) play(small, number, number === 1);
    small.senderReport(10, 50_000, 10 * FRAME_MS);
    play(large, 10);
    large.senderReport(10, 50_000, 10 * FRAME_MS);
    subscription.want(large.encoding, 10 * FRAME_MS);
    expect(large.asked).toEqual([12]);
    for (let number = 11; number <= 14; number++) {
      play(small, number);
      play(large, number, number === 13);
    }
    // From 13 on it is the large one: the small one's 13 came just before, at the same time.
    expect(sent.map(({ sequence }) => sequence)).toEqual(Array.from({ length: sent.length }, (_, index) => 65_530 + index));
    expect(subscription.current).toBe(large.encoding);
    expect(steps(pictureIds(sent), 0x8000)).toEqual(sent.slice(1).map(() => 1));
    const times = steps(sent.map(({ timestamp }) => timestamp), 2 ** 32);
    expect(times.slice(0, 11)).toEqual(Array.from({ length: 11 }, () => 3_000));
    expect(times.reduce((sum, step) => sum + step, 0)).toBeGreaterThan(12 * 3_000);
    expect(times.at(-1)).toBe(3_000);
    for (const packet of sent) expect(packet).toMatchObject({ ssrc: 50, payloadType: 100, extension: 3, originalSequence: -1 });
    expect(sent.map(({ transportSequence }) => transportSequence)).toEqual(sent.map((_, index) => index));
  });

  it('goes on at the right time where only our own clock tells how far two sizes are apart', () => {
    const { subscription, sent, small, large, play } = setUp();
    subscription.accept(FORM);
    subscription.want(small.encoding, 0);
    for (let number = 1; number <= 5; number++) play(small, number, number === 1);
    subscription.want(large.encoding, 0);
    play(large, 8, true);
    expect(steps(sent.map(({ timestamp }) => timestamp), 2 ** 32).at(-1)).toBe(9_000);
  });

  it('leaves a gap where one was, which a late packet fills, and sends again what is missed, with the numbers that it had', () => {
    const { subscription, sent, small, large, play } = setUp();
    subscription.accept(FORM);
    subscription.want(small.encoding, 0);
    for (const number of [1, 2, 4, 3, 5]) play(small, number, number === 1);
    expect(sent.map(({ sequence }) => sequence - 65_530)).toEqual([0, 1, 3, 2, 4]);
    subscription.want(large.encoding, 0);
    play(large, 6, true);
    const before = sent[3]!;
    expect(subscription.retransmit((65_530 + 2) & 0xffff, 500, 20)).toBeGreaterThan(0);
    expect(sent.at(-1)).toMatchObject({ ssrc: 51, payloadType: 101, sequence: 9, originalSequence: (65_530 + 2) & 0xffff, timestamp: before.timestamp, marker: before.marker, prefix: before.prefix, payload: before.payload });
    expect(subscription.retransmit((65_530 + 2) & 0xffff, 510, 20), 'it is on its way').toBe(0);
    expect(subscription.retransmit((65_530 + 6) & 0xffff, 500, 20), 'it was never sent').toBe(0);
    expect(subscription.retransmit(65_520, 500, 20), 'it was never sent').toBe(0);
    subscription.accept({ ...FORM, rtxPayloadType: undefined });
    subscription.retransmit((65_530 + 2) & 0xffff, 900, 20);
    expect(sent.at(-1)).toMatchObject({ ssrc: 50, payloadType: 100, sequence: 65_532, originalSequence: -1 });
  });

  it('ignores what belongs before the keyframe that it began at', () => {
    const { subscription, sent, small, play } = setUp();
    subscription.accept(FORM);
    subscription.want(small.encoding, 0);
    play(small, 5, true);
    play(small, 4);
    expect(sent).toHaveLength(1);
  });

  it('sends nothing before it is accepted, while it is paused, or muted, and goes on without a gap at a keyframe', () => {
    const { publication, subscription, sent, small, play, changes } = setUp();
    subscription.want(small.encoding, 0);
    play(small, 1, true);
    expect(sent).toHaveLength(0);
    subscription.accept(FORM);
    play(small, 2, true);
    subscription.want(undefined, 100);
    play(small, 3);
    expect(subscription.current).toBeUndefined();
    subscription.want(small.encoding, 200);
    play(small, 10);
    play(small, 11, true);
    expect(sent.map(({ sequence }) => sequence)).toEqual([65_530, 65_531]);
    expect(steps(sent.map(({ timestamp }) => timestamp), 2 ** 32)).toEqual([9 * 3_000]);
    const heard = changes();
    publication.show(false);
    play(small, 12, true);
    expect(changes()).toBe(heard + 1);
    publication.show(true);
    play(small, 13);
    expect(sent).toHaveLength(2);
    subscription.want(small.encoding, 1_000);
    expect(small.asked.length).toBeGreaterThanOrEqual(2);
    play(small, 14, true);
    expect(sent).toHaveLength(3);
    subscription.close();
    play(small, 15, true);
    expect(sent).toHaveLength(3);
  });

  it("joins the sender's time to its own for lip-sync, once the sender has said what belongs together", () => {
    const { subscription, sent, small, play } = setUp();
    subscription.accept(FORM);
    subscription.want(small.encoding, 0);
    play(small, 1, true);
    expect(subscription.senderReport(50)).toBeUndefined();
    small.senderReport(1, 123_000, FRAME_MS);
    expect(subscription.senderReport(FRAME_MS + 500)).toEqual({ ssrc: 50, unixMs: expect.closeTo(123_500, 1) as number, rtpTimestamp: (sent[0]!.timestamp + 45_000) % 2 ** 32, packetCount: 1, octetCount: sent[0]!.payload.length });
  });

  it('tries what the way carries by sending the latest again in one go', () => {
    const { subscription, sent, small, play } = setUp();
    subscription.accept(FORM);
    subscription.want(small.encoding, 0);
    for (let number = 1; number <= 5; number++) play(small, number, number === 1);
    expect(subscription.probe(3, 1_000)).toBeGreaterThan(0);
    expect(sent.slice(5).map(({ ssrc, originalSequence }) => [ssrc, originalSequence])).toEqual([[51, 65_532], [51, 65_533], [51, 65_534]]);
  });
});
