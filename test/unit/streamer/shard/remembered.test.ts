import { expect, it } from 'vitest';
import { remembered } from '../../../../streamer/shard/remembered.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

it('what is remembered is read anew only when it has grown old', () => {
  const clock = new VirtualClock();
  let reads = 0;
  const value = remembered(() => ++reads, 1_000, clock);
  expect([value(), value()]).toEqual([1, 1]);
  clock.tick(999);
  expect(value()).toBe(1);
  clock.tick(1);
  expect([value(), value()]).toEqual([2, 2]);
});
