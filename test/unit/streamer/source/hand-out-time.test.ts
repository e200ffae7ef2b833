import { describe, expect, it } from 'vitest';
import { HandOutTime } from '../../../../streamer/source/hand-out-time.ts';

describe('how long a frame takes to be handed out', () => {
  it('is nothing before anything is known', () => {
    expect(new HandOutTime().of(1_000_000)).toBe(0);
    expect(new HandOutTime().longest).toBe(0);
  });

  it('goes by the size, as it was with large frames before', () => {
    const time = new HandOutTime();
    for (let index = 0; index < 40; index++) time.note(30_000, 24);
    time.note(200, 9);
    expect(time.of(30_000)).toBeCloseTo(24, 1);
    expect(time.of(10_000)).toBeCloseTo(8, 1);
  });

  it('is not changed much by a single frame that took long for other reasons, and never above 40 ms', () => {
    const time = new HandOutTime();
    for (let index = 0; index < 40; index++) time.note(30_000, 10);
    time.note(30_000, 40);
    expect(time.of(30_000)).toBeLessThan(20);
    for (let index = 0; index < 40; index++) time.note(30_000, 900);
    expect(time.of(30_000)).toBe(40);
  });
});
