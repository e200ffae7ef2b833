import { describe, expect, it } from 'vitest';
import { Turns } from '../../../../front/people/turns.ts';
import { Window } from '../../../../front/people/window.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

describe('turns', () => {
  it('come at once for a few, then at a steady rate, and at once again after a rest', () => {
    const clock = new VirtualClock();
    const turns = new Turns({ clock, perSecond: 100, burst: 3 });
    expect([1, 2, 3, 4, 5, 6].map(() => Math.round(turns.next()))).toEqual([0, 0, 0, 10, 20, 30]);
    clock.tick(1_000);
    expect([1, 2, 3, 4].map(() => Math.round(turns.next()))).toEqual([0, 0, 0, 10]);
  });
});

describe('a window', () => {
  it('admits so many within its time, wherever that begins', () => {
    const window = new Window({ count: 2, ms: 100 });
    expect([0, 50, 60, 99, 101, 120, 151].map((now) => window.admit(now))).toEqual([true, true, false, false, true, false, true]);
  });
});
