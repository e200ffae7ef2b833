import { describe, expect, it } from 'vitest';
import { Playout } from '../../../../streamer/source/playout.ts';
import type { EncodedFrame } from '../../../../streamer/source/source.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { picture } from '../../../support/streamer/frames.ts';

function setUp(frames: AsyncIterable<EncodedFrame>) {
  const clock = new VirtualClock();
  clock.tick(5_000);
  const heard: [at: number, seconds: number][] = [];
  const ends: string[] = [];
  const iterator = frames[Symbol.asyncIterator]();
  const playout = new Playout({
    clock,
    frames: iterator,
    onFrame: ({ seconds }) => heard.push([clock.now(), seconds]),
    onEnd: () => ends.push('end'),
    onError: ({ message }) => ends.push(message),
  });
  return { clock, playout, heard, ends };
}

async function* every(seconds: number, count: number, read: { last: number } = { last: -1 }): AsyncGenerator<EncodedFrame> {
  for (let index = 0; index < count; index++) {
    read.last = index;
    yield picture(index * seconds);
  }
}

describe('playing out', () => {
  it('hands each frame out when it is due, by the clock', async () => {
    const { clock, playout, heard, ends } = setUp(every(0.04, 4));
    playout.start();
    await clock.advance(79);
    expect(heard).toEqual([[5000, 0], [5040, 0.04]]);
    await clock.advance(1000);
    expect(heard.map(([at]) => at)).toEqual([5000, 5040, 5080, 5120]);
    expect(ends).toEqual(['end']);
    expect(clock.pending).toBe(0);
  });

  it('begins with what takes long to hand out so early that it is out when it is due', async () => {
    const clock = new VirtualClock();
    const heard: [begun: number, seconds: number][] = [];
    /** A large picture each second, which takes 30 ms to hand out, and small ones in between. */
    async function* film(): AsyncGenerator<EncodedFrame> {
      for (let index = 0; index < 500; index++) yield { ...picture(index * 0.02), data: Buffer.alloc(index % 50 === 0 ? 30_000 : 300) };
    }
    const playout = new Playout({
      clock,
      frames: film(),
      onFrame: ({ seconds, data }) => {
        heard.push([clock.now(), Math.round(seconds * 1_000)]);
        if (data.length > 300) clock.tick(30);
      },
      onEnd: () => undefined,
      onError: () => undefined,
    });
    playout.start();
    for (let passed = 0; passed < 9_500; passed++) await clock.advance(1);
    await playout.stop();
    const late = heard.slice(heard.findIndex(([, due]) => due === 8_000)).map(([begun, due]) => [begun - due, due] as const);
    const large = late[0]?.[0];
    expect(large, 'the large one is out at its moment, or a little sooner').toBeGreaterThanOrEqual(-33);
    expect(large).toBeLessThanOrEqual(-25);
    for (const [behind, due] of late.slice(1, 48)) expect(behind, `the one of ${due} ms`).toBeLessThanOrEqual(3);
    expect(heard.map(([, due]) => due), 'in order').toEqual(heard.map((_, index) => index * 20));
  });

  it('hands frames out together that are due at nearly the same moment', async () => {
    async function* pairs(): AsyncGenerator<EncodedFrame> {
      for (let index = 0; index < 3; index++) {
        yield picture(index * 0.04);
        yield picture(index * 0.04 + 0.007);
        yield picture(index * 0.04 + 0.02);
      }
    }
    const { clock, playout, heard } = setUp(pairs());
    playout.start();
    await clock.advance(1_000);
    expect(heard.map(([at]) => at - 5_000)).toEqual([0, 0, 20, 40, 40, 60, 80, 80, 100]);
  });

  it('reads a second ahead and no further, in runs', async () => {
    const read = { last: -1 };
    const { clock, playout } = setUp(every(0.1, 1000, read));
    playout.start();
    await clock.advance(0);
    expect(read.last).toBe(11);
    await clock.advance(450);
    expect(read.last).toBe(11);
    await clock.advance(50);
    expect(read.last).toBe(16);
    await clock.advance(500);
    expect(read.last).toBe(21);
    await playout.stop();
    await clock.advance(10_000);
    expect(read.last).toBe(21);
    expect(clock.pending).toBe(0);
  });

  it('goes on from where it was after it was held up, rather than hurry', async () => {
    let release: () => void = () => undefined;
    async function* stalling(): AsyncGenerator<EncodedFrame> {
      yield picture(0);
      await new Promise<void>((resolve) => (release = resolve));
      yield picture(0.04);
      yield picture(0.08);
    }
    const { clock, playout, heard } = setUp(stalling());
    playout.start();
    await clock.advance(3_000);
    release();
    await clock.advance(1_000);
    expect(heard).toEqual([[5000, 0], [8000, 0.04], [8040, 0.08]]);
    expect(playout.epoch).toBe(7960);
  });

  it('catches up at once after a short delay, and keeps its epoch', async () => {
    let release: () => void = () => undefined;
    async function* late(): AsyncGenerator<EncodedFrame> {
      yield picture(0);
      await new Promise<void>((resolve) => (release = resolve));
      yield picture(0.04);
      yield picture(0.08);
      yield picture(0.3);
    }
    const { clock, playout, heard } = setUp(late());
    playout.start();
    await clock.advance(200);
    release();
    await clock.advance(1_000);
    expect(heard).toEqual([[5000, 0], [5200, 0.04], [5200, 0.08], [5300, 0.3]]);
    expect(playout.epoch).toBe(5000);
  });

  it('says what its input throws', async () => {
    async function* broken(): AsyncGenerator<EncodedFrame> {
      yield picture(0);
      throw new Error('the disk is gone');
    }
    const { clock, playout, ends } = setUp(broken());
    playout.start();
    await clock.advance(10);
    expect(ends).toEqual(['the disk is gone']);
  });
});
