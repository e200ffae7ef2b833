import { describe, expect, it } from 'vitest';
import { EngineClock } from '../../../../../signaling/directory/redis/engine-clock.ts';

describe('The clock of the engine', () => {
  it('is ours while the answer’s way may account for all that it differs by', () => {
    let now = 1_000_000;
    const clock = new EngineClock(() => now);
    now += 40;
    clock.learn(1_000_000, 1_000_000 + 39);
    expect([clock.offset, clock.engine, clock.toLocal(5)]).toEqual([0, now, 5]);
  });

  it('is as far ahead or behind as it says, and learns anew when one of them is set', () => {
    let now = 1_000_000;
    const clock = new EngineClock(() => now);
    clock.learn(now, now + 90_000);
    expect([clock.offset, clock.toEngine(10), clock.toLocal(90_010)]).toEqual([90_000, 90_010, 10]);
    now += 1000;
    clock.learn(now, now - 5000);
    expect(clock.offset).toBe(-5000);
  });

  it('gives each entry a higher number than the one before, and later ones than earlier daemons’', () => {
    let now = 1_796_045_781_888;
    const clock = new EngineClock(() => now);
    const numbers = Array.from({ length: 5000 }, () => clock.nextOrder());
    expect(numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0))).toBe(true);
    now += 10;
    expect(new EngineClock(() => now).nextOrder()).toBeGreaterThan(numbers[4999] ?? 0);
  });
});
