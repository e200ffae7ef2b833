import { describe, expect, it } from 'vitest';
import { Fanout } from '../../../../streamer/fanout/fanout.ts';
import type { QualityChoice, QualityControl } from '../../../../streamer/fanout/quality-control.ts';
import { Packetizer } from '../../../../streamer/source/packetizer.ts';
import { VP8, type MediaFrame, type Track } from '../../../../streamer/source/source.ts';
import { SourceListeners } from '../../../../streamer/source/listeners.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { ManualSource, picture } from '../../../support/streamer/frames.ts';
import { RecordingTransport, VIDEO_TRACK } from '../../../support/streamer/recording-transport.ts';

const HIGH: Track = { id: 0, kind: 'video', codec: VP8, rendition: { name: '720p', width: 1280, height: 720, bitsPerSecond: 2_000_000 } };
const LOW: Track = { id: 7, kind: 'video', codec: VP8, rendition: { name: '240p', width: 426, height: 240, bitsPerSecond: 300_000 } };

/** Frames of 25 a second in both renditions; the sizes of their payloads tell them apart. */
const HIGH_BYTES = 300;
const LOW_BYTES = 40;

/** Of a receiver who has received nothing (RFC 3550 §6.4.2). */
const EMPTY_REPORT = Buffer.from('80c9000100000001', 'hex');

class TwoRenditions extends ManualSource {
  readonly #all = new SourceListeners();
  readonly #of = new Map([HIGH, LOW].map((track) => [track.id, new Packetizer(track)]));

  constructor() {
    super([HIGH, LOW]);
  }

  override onFrame(listener: (frame: MediaFrame) => void): void {
    this.#all.onFrame(listener);
  }

  frame(track: Track, number: number, keyframe: boolean, discardable = false): void {
    const frame = this.#of.get(track.id)?.packetize({ ...picture(number / 25, { keyframe, bytes: track === HIGH ? HIGH_BYTES : LOW_BYTES }), track: track.id });
    if (frame) this.#all.frame({ ...frame, discardable });
  }
}

class ScriptedQuality implements QualityControl {
  choice: QualityChoice = { track: HIGH.id, dropDiscardable: false };
  readonly state = { name: '', pinned: false, available: [], estimatedBitrate: undefined };
  congested = false;
  readonly heard: unknown[] = [];
  onTransportFeedback(packets: unknown): void {
    this.heard.push(packets);
  }
  onReport(report: unknown): void {
    this.heard.push(report);
  }
  onEstimatedBitrate(bitsPerSecond: number): void {
    this.heard.push(bitsPerSecond);
  }
  pin(): void {
    throw new Error('nobody pins here');
  }
  onChange(): void {
    throw new Error('nobody listens here');
  }
  choose(): QualityChoice {
    return this.choice;
  }
}

function nack(sequence: number): Buffer {
  const packet = Buffer.from([0x81, 205, 0, 3, ...new Array<number>(12).fill(0)]);
  packet.writeUInt32BE(VIDEO_TRACK.ssrc, 8);
  packet.writeUInt16BE(sequence, 12);
  return packet;
}

function setUp({ order = [HIGH, LOW], extension = undefined as number | undefined } = {}) {
  const clock = new VirtualClock();
  const source = new TwoRenditions();
  const quality = new ScriptedQuality();
  const fanout = new Fanout({ source, clock, wallClock: () => 0, random: () => 0, quality: () => quality });
  const transport = new RecordingTransport([{ ...VIDEO_TRACK, sources: [HIGH.id, LOW.id], transportSequenceExtension: extension }]);
  let number = 0;
  const run = async (frames: number, discardable: (number: number) => boolean = () => false) => {
    for (let count = 0; count < frames; count++, number++) {
      await clock.advance(number * 40 - clock.now());
      for (const track of order) source.frame(track, number, number % 25 === 0, discardable(number));
    }
  };
  const sent = () => transport.of(VIDEO_TRACK.ssrc).map(({ sequence, timestamp, payload }) => ({ sequence, frame: timestamp / 3600, high: payload.length > 100, keyframe: payload[1] === 0x10 }));
  return { clock, source, quality, fanout, transport, run, sent };
}

describe('a viewer whose rendition changes', () => {
  it.each([
    ['above comes first', [HIGH, LOW]],
    ['below comes first', [LOW, HIGH]],
  ])('gets every picture once, the other rendition from its keyframe on, numbers without a gap (where the one %s)', async (_, order) => {
    const { quality, fanout, transport, run, sent } = setUp({ order });
    await run(1);
    fanout.add(transport);
    await run(11);
    quality.choice = { track: LOW.id, dropDiscardable: false };
    await run(28);
    quality.choice = { track: HIGH.id, dropDiscardable: false };
    await run(20);
    const all = sent();
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((__, index) => index));
    expect(all.map(({ frame }) => frame)).toEqual(all.map((__, index) => index));
    expect(all).toHaveLength(60);
    all.forEach(({ high, frame }) => expect([frame, high]).toEqual([frame, frame < 25 || frame >= 50]));
    expect(all.filter(({ keyframe }) => keyframe).map(({ frame }) => frame)).toEqual([0, 25, 50]);
  });

  it('starts at once at the latest keyframe of the other rendition where that is urgent', async () => {
    const { quality, fanout, transport, run, sent } = setUp();
    await run(1);
    fanout.add(transport);
    await run(11);
    const before = sent().length;
    quality.choice = { track: LOW.id, dropDiscardable: false, urgent: true };
    transport.receive(nack(1));
    await run(20);
    const after = sent().slice(before);
    expect(after[0]).toMatchObject({ high: false, keyframe: true });
    expect(after.every(({ high }) => !high)).toBe(true);
    const times = transport.of(VIDEO_TRACK.ssrc).map(({ timestamp }) => timestamp);
    expect(times).toEqual([...times].sort((one, other) => one - other));
  });

  it('sends nothing again while packets wait longer and longer on the way', async () => {
    const { quality, fanout, transport, run } = setUp();
    await run(1);
    fanout.add(transport);
    await run(11);
    const before = transport.packets.length;
    quality.congested = true;
    transport.receive(nack(1));
    expect(transport.packets).toHaveLength(before);
    quality.congested = false;
    transport.receive(nack(1));
    expect(transport.packets).toHaveLength(before + 1);
  });

  it('goes on with what he has while the other rendition has no keyframe', async () => {
    const { clock, source, quality, fanout, transport, sent } = setUp();
    source.frame(HIGH, 0, true);
    fanout.add(transport);
    quality.choice = { track: LOW.id, dropDiscardable: false };
    for (let number = 1; number < 60; number++) {
      await clock.advance(40);
      source.frame(HIGH, number, number % 10 === 0);
    }
    expect(sent().map(({ frame }) => frame)).toEqual(Array.from({ length: 60 }, (_, index) => index));
    // The keyframe of a live encoder comes when it comes, a little late.
    source.frame(LOW, 59.5, true);
    source.frame(HIGH, 60, true);
    source.frame(LOW, 60.5, false);
    expect(sent().slice(-2).map(({ frame, high }) => [frame, high])).toEqual([[59.5, false], [60.5, false]]);
  });

  it('never goes back in time for it', async () => {
    const { source, quality, fanout, transport, sent } = setUp();
    source.frame(LOW, 0, true);
    source.frame(HIGH, 1, true);
    fanout.add(transport);
    source.frame(HIGH, 2, true);
    quality.choice = { track: LOW.id, dropDiscardable: false };
    source.frame(LOW, 1.5, true);
    source.frame(HIGH, 3, false);
    expect(sent().map(({ frame, high }) => [frame, high])).toEqual([[1, true], [2, true], [3, true]]);
  });

  it('starts with what is chosen for him, and starts over with it when he asks for a keyframe', async () => {
    const { clock, quality, fanout, transport, run, sent } = setUp();
    quality.choice = { track: LOW.id, dropDiscardable: false };
    await run(30);
    fanout.add(transport);
    await clock.advance(100);
    expect(sent().map(({ high }) => high)).toEqual([false, false, false, false, false]);
    await run(55);
    quality.choice = { track: HIGH.id, dropDiscardable: false };
    const before = sent().length;
    const pli = Buffer.from('81ce00020000000100000064', 'hex');
    transport.receive(pli);
    await clock.advance(100);
    const after = sent().slice(before);
    expect(after[0]).toMatchObject({ high: true, keyframe: true, sequence: before });
    expect(after.every(({ frame }) => frame > 84)).toBe(true);
    transport.receive(Buffer.from('81cd000300000001000000640002 0000'.replace(' ', ''), 'hex'));
    expect(transport.packets.at(-1)).toMatchObject({ ssrc: 101, originalSequence: 2 });
    expect(transport.packets.at(-1)?.payload, 'what was lost comes from the rendition that it was of').toHaveLength(LOW_BYTES + 1);
  });

  it('is spared frames that no other needs, without a gap in his numbers', async () => {
    const { quality, fanout, transport, run, sent } = setUp();
    await run(1);
    fanout.add(transport);
    quality.choice = { track: HIGH.id, dropDiscardable: true };
    transport.receive(EMPTY_REPORT);
    await run(10, (number) => number % 2 === 1);
    expect(sent().slice(1).map(({ frame }) => frame)).toEqual([2, 4, 6, 8, 10]);
    quality.choice = { track: HIGH.id, dropDiscardable: false };
    transport.receive(EMPTY_REPORT);
    await run(2, () => true);
    const all = sent();
    expect(all.slice(-2).map(({ frame }) => frame)).toEqual([11, 12]);
    expect(all.map(({ sequence }) => sequence)).toEqual(all.map((_, index) => index));
  });
});

describe('what a viewer says of his way', () => {
  it('reaches whoever chooses his rendition: arrivals joined to what was sent, his estimate, his reports', async () => {
    const { quality, fanout, transport, run } = setUp({ extension: 5 });
    await run(1);
    fanout.add(transport);
    await run(2);
    expect(transport.packets.map(({ extension, transportSequence }) => [extension, transportSequence])).toEqual([[5, 0], [5, 1], [5, 2]]);
    // Numbers 1 and 2: one came after 64 ms and a quarter of another, one did not.
    transport.receive(Buffer.from('8fcd00060000000100000064' + '0001' + '0002' + '000001' + '00' + 'a000' + '01' + '0000000000', 'hex'));
    transport.receive(Buffer.from('8fce0005000000010000000052454d4201' + '03d090' + '00000064', 'hex'));
    expect(quality.heard).toEqual([
      [
        { bytes: HIGH_BYTES + 21, sentMs: 40, receivedMs: 64.25 },
        { bytes: HIGH_BYTES + 21, sentMs: 80, receivedMs: undefined },
      ],
      250_000,
    ]);
  });

  it('is not numbered where the viewer does not take the numbers', async () => {
    const { fanout, transport, run } = setUp();
    await run(1);
    fanout.add(transport);
    expect(transport.packets.map(({ extension }) => extension)).toEqual([0]);
  });
});
