import { describe, expect, it } from 'vitest';
import { Encoding } from '../../../../streamer/forwarding/encoding.ts';
import { PublishedSource } from '../../../../streamer/publish/published-source.ts';
import { H264, VP8, type MediaFrame, type Track } from '../../../../streamer/source/source.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');

function published(codec: Track['codec']) {
  const clock = new VirtualClock();
  const source = new PublishedSource([{ id: 0, kind: 'video', codec }], clock);
  const frames: MediaFrame[] = [];
  source.onFrame((frame) => frames.push(frame));
  const asked: number[] = [];
  const encoding = new Encoding({ ssrc: 5, kind: 'video', clockRate: 90_000, askForKeyframe: () => asked.push(clock.now()), now: 0, raw: true });
  let sequence = 65_530;
  const receive = (...payloads: Buffer[]): void => {
    payloads.forEach((payload, index) => {
      const packet = encoding.receive({ timestamp: (clock.now() * 90) % 2 ** 32, marker: index === payloads.length - 1 }, sequence++ & 0xffff, payload, clock.now(), false);
      if (packet) source.track(0)?.receive(encoding, packet, clock.now());
    });
  };
  /** Lets time pass, as the connection does. */
  const pass = (ms: number): void => {
    for (let passed = 0; passed < ms; passed += 50) {
      clock.tick(50);
      source.tick(clock.now());
      encoding.keyframes.look(clock.now());
    }
  };
  return { clock, source, frames, asked, receive, pass };
}

const KEY = Buffer.concat([hex('10 10'), Buffer.alloc(9)]);
const INTER = Buffer.concat([hex('10 11'), Buffer.alloc(9)]);

describe('what is published, as a source', () => {
  it('gives frames whose packets count on without gaps, at their times', () => {
    const { frames, receive, pass } = published(VP8);
    receive(KEY);
    pass(50);
    receive(INTER, hex('00 aabb'));
    expect(frames.map(({ keyframe, packets }) => [keyframe, packets.map(({ index, frame, timestamp, marker }) => [index, frame, timestamp, marker])])).toEqual([
      [true, [[0, 0, 0, true]]],
      [false, [[1, 1, 4_500, true]]],
    ]);
    expect(frames[1]?.packets[0]?.payload.subarray(-2).toString('hex')).toBe('aabb');
  });

  it('asks for a keyframe when a viewer comes and the latest lies back, not when it is fresh, and not too often', () => {
    const { source, asked, receive, pass } = published(VP8);
    receive(KEY);
    pass(500);
    source.audience(1);
    expect(asked).toEqual([]);
    pass(1_000);
    source.audience(0);
    expect(asked).toEqual([]);
    source.audience(1);
    for (let count = 0; count < 20; count++) source.requestKeyframe();
    expect(asked).toEqual([1_500]);
    pass(400);
    expect(asked).toEqual([1_500, 1_900]);
    receive(KEY);
    pass(2_000);
    expect(asked).toHaveLength(2);
  });

  it('asks for one when none has come for ten seconds and somebody watches', () => {
    const { source, asked, receive, pass } = published(VP8);
    receive(KEY);
    pass(20_000);
    expect(asked).toEqual([]);
    source.audience(1);
    receive(KEY);
    const before = asked.length;
    pass(10_000);
    expect(asked).toHaveLength(before);
    pass(100);
    expect(asked).toHaveLength(before + 1);
  });

  it('gives each keyframe of H.264 its parameter sets, though they were sent once', () => {
    const { frames, receive, pass } = published(H264);
    receive(hex('78 0005 6742c01f8c 0004 68ce3c80'), hex('65aa'));
    pass(50);
    receive(hex('65bb'));
    pass(50);
    receive(hex('41cc'));
    expect(frames.map(({ keyframe, packets }) => [keyframe, packets.map(({ payload }) => payload.toString('hex').slice(0, 2))])).toEqual([
      [true, ['78', '65']],
      [true, ['78', '65']],
      [false, ['41']],
    ]);
  });
});
