import { describe, expect, it } from 'vitest';
import { Fanout } from '../../../../streamer/fanout/fanout.ts';
import { readRtcp } from '../../../../streamer/rtp/rtcp-reader.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { ManualSource, picture, sound } from '../../../support/streamer/frames.ts';
import { AUDIO_TRACK, RecordingTransport, VIDEO_TRACK } from '../../../support/streamer/recording-transport.ts';

const WALL_MS = 1_700_000_000_000;

function setUp() {
  const clock = new VirtualClock();
  const source = new ManualSource();
  const fanout = new Fanout({ source, clock, wallClock: () => WALL_MS + clock.now(), random: () => 0 });
  let frame = 0;
  /** Emits pictures of 25 a second with a keyframe each second, each at its time. */
  const run = async (frames: number, bytes = 100) => {
    for (let count = 0; count < frames; count++) {
      await clock.advance(frame * 40 - clock.now());
      source.emit(picture(frame / 25, { keyframe: frame % 25 === 0, bytes }), sound(frame / 25), sound(frame / 25 + 0.02));
      frame++;
    }
  };
  return { clock, source, fanout, run };
}

const nack = (ssrc: number, ...lost: number[]) => {
  const packet = Buffer.alloc(12 + 4 * lost.length);
  packet.writeUInt32BE(0x81cd0000 + 2 + lost.length, 0);
  packet.writeUInt32BE(ssrc, 8);
  lost.forEach((sequenceNumber, index) => packet.writeUInt16BE(sequenceNumber, 12 + 4 * index));
  return packet;
};
const pli = (ssrc: number) => {
  const packet = Buffer.from('81ce00020000000100000000', 'hex');
  packet.writeUInt32BE(ssrc, 8);
  return packet;
};
const reports = (compound: Buffer) => ({
  ntp: compound.readUInt32BE(8) + compound.readUInt32BE(12) / 2 ** 32,
  video: compound.readUInt32BE(16),
  audio: compound.readUInt32BE(28 + 16),
});

describe('the fan-out (seed 4.9)', () => {
  it('starts a viewer at the latest keyframe, and squeezes what he missed into milliseconds', async () => {
    const { clock, fanout, run } = setUp();
    await run(35);
    const transport = new RecordingTransport();
    fanout.add(transport);
    await clock.advance(20);
    const video = transport.of(VIDEO_TRACK.ssrc);
    expect(video).toHaveLength(10);
    expect(video.map(({ sequence }) => sequence)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(video.map(({ timestamp }) => timestamp)).toEqual(video.map((_, index) => 34 * 3600 - (9 - index) * 90));
    expect(transport.of(AUDIO_TRACK.ssrc)).toHaveLength(0);
    await run(2);
    expect(transport.of(VIDEO_TRACK.ssrc).slice(10).map(({ sequence, timestamp }) => [sequence, timestamp])).toEqual([[10, 35 * 3600], [11, 36 * 3600]]);
    expect(transport.of(AUDIO_TRACK.ssrc).map(({ timestamp }) => timestamp)).toEqual([67_200, 68_160, 69_120, 70_080]);
  });

  it('spreads the burst, and sends what comes meanwhile in its turn', async () => {
    const { clock, source, fanout, run } = setUp();
    await run(20, 4000);
    const transport = new RecordingTransport();
    fanout.add(transport);
    expect(transport.of(VIDEO_TRACK.ssrc)).toHaveLength(16);
    source.emit(picture(0.8, { bytes: 4000 }));
    await clock.advance(1);
    expect(transport.of(VIDEO_TRACK.ssrc)).toHaveLength(32);
    await clock.advance(10);
    const video = transport.of(VIDEO_TRACK.ssrc);
    expect(video).toHaveLength(84);
    expect(video.map(({ sequence }) => sequence)).toEqual(video.map((_, index) => index));
    const times = video.map(({ timestamp }) => timestamp);
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('begins anew at once for a viewer who missed the beginning, but not again and again', async () => {
    const { clock, fanout, run } = setUp();
    await run(10);
    const transport = new RecordingTransport();
    fanout.add(transport);
    await clock.advance(20);
    const begun = transport.of(VIDEO_TRACK.ssrc).length;
    transport.receive(pli(VIDEO_TRACK.ssrc));
    await clock.advance(20);
    expect(transport.of(VIDEO_TRACK.ssrc)).toHaveLength(2 * begun);
    for (let again = 0; again < 10; again++) transport.receive(pli(VIDEO_TRACK.ssrc));
    await clock.advance(20);
    expect(transport.of(VIDEO_TRACK.ssrc)).toHaveLength(2 * begun);
    await clock.advance(2_000);
    transport.receive(pli(VIDEO_TRACK.ssrc));
    await clock.advance(20);
    expect(transport.of(VIDEO_TRACK.ssrc)).toHaveLength(3 * begun);
  });

  it('asks a source that can make keyframes for one, rather than begin anew at one that lies back; but does that when none comes', async () => {
    const { clock, source, fanout, run } = setUp();
    let asked = 0;
    Object.assign(source, { requestKeyframe: () => asked++ });
    const early = new RecordingTransport();
    fanout.add(early);
    expect(asked).toBe(1);
    await run(1);
    await clock.advance(2_500);
    for (let frame = 1; frame < 70; frame++) source.emit(picture(frame / 25));
    const before = early.of(VIDEO_TRACK.ssrc).length;
    early.receive(pli(VIDEO_TRACK.ssrc));
    expect([asked, early.of(VIDEO_TRACK.ssrc).length]).toEqual([2, before]);
    await clock.advance(1_100);
    early.receive(pli(VIDEO_TRACK.ssrc));
    await clock.advance(50);
    expect(early.of(VIDEO_TRACK.ssrc).length).toBe(before + 70);
    source.emit(picture(3, { keyframe: true }));
    await clock.advance(2_500);
    early.receive(pli(VIDEO_TRACK.ssrc));
    await clock.advance(50);
    expect(asked).toBe(3);
  });

  it('shows a viewer no picture from before the source rested', async () => {
    const { clock, source, fanout, run } = setUp();
    await run(30);
    await clock.advance(60_000);
    const transport = new RecordingTransport();
    fanout.add(transport);
    await clock.advance(10);
    expect(transport.of(VIDEO_TRACK.ssrc)).toHaveLength(0);
    source.emit(picture(61.2, { keyframe: true }), picture(61.24));
    expect(transport.of(VIDEO_TRACK.ssrc)).toHaveLength(2);
  });

  it('lets a viewer wait for the first keyframe where there is none yet', async () => {
    const { source, fanout } = setUp();
    const transport = new RecordingTransport();
    fanout.add(transport);
    source.emit(picture(0), picture(0.04), picture(0.08, { keyframe: true }), picture(0.12));
    expect(transport.of(VIDEO_TRACK.ssrc).map(({ payload }) => payload[1])).toEqual([0x10, 0x11]);
  });

  it('shares the packets, and changes them for nobody: another viewer’s numbers never show', async () => {
    const { clock, fanout, run } = setUp();
    await run(30);
    const first = new RecordingTransport();
    fanout.add(first);
    await run(3);
    const second = new RecordingTransport([{ ...VIDEO_TRACK, ssrc: 900, payloadType: 120, rtx: undefined }]);
    fanout.add(second);
    await clock.advance(20);
    await run(1);
    expect(first.packets.at(-3)?.payload).toBe(second.packets.at(-1)?.payload);
    first.receive(nack(VIDEO_TRACK.ssrc, 2));
    const [original] = first.of(VIDEO_TRACK.ssrc).filter(({ sequence }) => sequence === 2);
    expect(first.packets.at(-1)).toMatchObject({ ssrc: 101, payloadType: 97, timestamp: original?.timestamp });
    second.receive(nack(900, 2));
    expect(second.packets.at(-1)).toMatchObject({ ssrc: 900, payloadType: 120, sequence: 2 });
    expect(fanout.viewers).toBe(2);
  });

  it('answers a NACK from the history by RTX, numbered by itself, and nothing that it never sent', async () => {
    const { clock, fanout, run } = setUp();
    await run(30);
    const transport = new RecordingTransport();
    const viewer = fanout.add(transport);
    await clock.advance(20);
    transport.packets.length = 0;
    transport.receive(nack(VIDEO_TRACK.ssrc, 1, 3, 40, 60_000));
    expect(transport.packets.map(({ ssrc, sequence, originalSequence }) => [ssrc, sequence, originalSequence])).toEqual([[101, 0, 1], [101, 1, 3]]);
    expect(viewer.statistics()).toMatchObject({ nacks: 1, tracks: [{ retransmitted: 2 }, { retransmitted: 0 }] });
  });

  it('gives a viewer who asks for everything again and again no more than his budget', async () => {
    const { clock, fanout, run } = setUp();
    await run(26, 1100);
    const transport = new RecordingTransport();
    fanout.add(transport);
    await run(24, 1100);
    await clock.advance(10);
    transport.packets.length = 0;
    const everything = Array.from({ length: 25 }, (_, index) => index);
    const bytes = () => transport.packets.reduce((sum, { payload }) => sum + payload.length, 0);
    for (let round = 0; round < 100; round++) {
      transport.receive(nack(VIDEO_TRACK.ssrc, ...everything));
      await clock.advance(10);
    }
    expect(bytes()).toBeGreaterThan(480_000);
    expect(bytes()).toBeLessThan(520_000);
  });

  it('sends a packet that is asked for twice only once, as long as it may be on its way', async () => {
    const { clock, fanout, run } = setUp();
    await run(30);
    const transport = new RecordingTransport();
    fanout.add(transport);
    await clock.advance(20);
    transport.packets.length = 0;
    transport.receive(nack(VIDEO_TRACK.ssrc, 1));
    transport.receive(nack(VIDEO_TRACK.ssrc, 1));
    expect(transport.packets).toHaveLength(1);
    await clock.advance(10);
    transport.receive(nack(VIDEO_TRACK.ssrc, 1));
    expect(transport.packets).toHaveLength(2);
  });

  it('starts a viewer over at the latest keyframe when he asks, at most every two seconds, and never goes back in time', async () => {
    const { clock, fanout, run } = setUp();
    await run(30);
    const transport = new RecordingTransport();
    const viewer = fanout.add(transport);
    await run(50);
    transport.packets.length = 0;
    // Firefox names another stream's SSRC: whoever asks, the picture is meant.
    transport.receive(pli(AUDIO_TRACK.ssrc));
    transport.receive(pli(VIDEO_TRACK.ssrc));
    await clock.advance(5);
    const video = transport.of(VIDEO_TRACK.ssrc);
    expect(video[0]?.payload[1]).toBe(0x10);
    expect(video).toHaveLength(5);
    await run(1);
    const times = transport.of(VIDEO_TRACK.ssrc).map(({ timestamp }) => timestamp);
    expect(times).toEqual([...new Set(times)].sort((a, b) => a - b));
    expect(times[0]).toBeGreaterThan(79 * 3600);
    expect(times.at(-1)).toBe(80 * 3600);
    const sequences = transport.of(VIDEO_TRACK.ssrc).map(({ sequence }) => sequence);
    expect(sequences).toEqual(sequences.map((_, index) => (sequences[0] ?? 0) + index));
    expect(viewer.statistics().keyframeRequests).toBe(2);
    transport.receive(nack(VIDEO_TRACK.ssrc, 0));
    expect(transport.of(101), 'packets from before the start over are known still').toMatchObject([{ originalSequence: 0 }]);
  });

  it('reports one instant for sound and picture, at once, soon again, then each second', async () => {
    const { clock, fanout, run } = setUp();
    await run(30);
    await clock.advance(7);
    const transport = new RecordingTransport();
    fanout.add(transport);
    const first = reports(transport.compounds[0] ?? Buffer.alloc(0));
    expect(first.ntp).toBeCloseTo((WALL_MS + 1167) / 1000 + 2_208_988_800, 3);
    expect(first.video / 90_000).toBeCloseTo(1.167, 3);
    expect(first.audio / 48_000).toBeCloseTo(1.167, 3);
    await run(11);
    expect(transport.compounds).toHaveLength(2);
    await run(125);
    expect(transport.compounds).toHaveLength(7);
  });

  it('reports four times a second to whom nothing else goes, so that he does not take us for dead', async () => {
    const { clock, fanout, run } = setUp();
    await run(50);
    const transport = new RecordingTransport();
    fanout.add(transport);
    await run(50);
    const before = transport.compounds.length;
    await clock.advance(249);
    expect(transport.compounds.length - before).toBeLessThanOrEqual(1);
    const idle = transport.compounds.length;
    await clock.advance(2_500);
    expect(transport.compounds).toHaveLength(idle + 10);
  });

  it('measures the round trip from the viewer’s reports', async () => {
    const { clock, fanout, run } = setUp();
    await run(1);
    const transport = new RecordingTransport();
    const viewer = fanout.add(transport);
    const sent = transport.compounds[0] ?? Buffer.alloc(0);
    const report = Buffer.alloc(32);
    report.writeUInt32BE(0x81c90007, 0);
    report.writeUInt32BE(VIDEO_TRACK.ssrc, 8);
    report.writeUInt8(64, 12);
    report.writeUInt32BE(450, 20);
    report.writeUInt32BE(sent.readUInt32BE(10), 24);
    report.writeUInt32BE(65_536 / 10, 28);
    await clock.advance(150);
    transport.receive(report);
    expect(viewer.statistics().roundTripMs).toBeCloseTo(50, 0);
    expect(viewer.statistics().tracks[0]).toMatchObject({ fractionLost: 0.25, jitterMs: 5 });
  });

  it('says goodbye to a viewer who is removed, and keeps no timer for him', async () => {
    const { clock, source, fanout, run } = setUp();
    await run(30, 5000);
    const transport = new RecordingTransport();
    const viewer = fanout.add(transport);
    fanout.remove(viewer);
    fanout.remove(viewer);
    expect(readRtcp(transport.compounds.at(-1) ?? Buffer.alloc(0))).toEqual([{ type: 'goodbye', ssrcs: [100, 200] }]);
    const sent = transport.packets.length;
    source.emit(picture(9, { keyframe: true }));
    transport.receive(nack(VIDEO_TRACK.ssrc, 0));
    await clock.advance(10_000);
    expect(transport.packets).toHaveLength(sent);
    expect(clock.pending).toBe(0);
    expect(fanout.viewers).toBe(0);
  });
});
