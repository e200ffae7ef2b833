import { describe, expect, it } from 'vitest';
import { TimerWheel, WheelTimer } from '../../../../../shared/sip/timing/wheel.ts';
import { VirtualClock } from '../../../../support/sip/virtual-clock.ts';

class Recorded extends WheelTimer {
  readonly #clock: VirtualClock;
  readonly firedAt: number[] = [];
  then: (() => void) | undefined;

  constructor(clock: VirtualClock) {
    super();
    this.#clock = clock;
  }

  override fire(): void {
    this.firedAt.push(this.#clock.now());
    this.then?.();
  }
}

describe('TimerWheel', () => {
  it('fires at multiples of its tick exactly, and otherwise never early', () => {
    const clock = new VirtualClock();
    const wheel = new TimerWheel(clock, 5);
    const exact = new Recorded(clock);
    const rounded = new Recorded(clock);
    wheel.start(exact, 500);
    wheel.start(rounded, 501);
    clock.tick(499);
    expect(exact.firedAt).toEqual([]);
    clock.tick(100);
    expect(exact.firedAt).toEqual([500]);
    expect(rounded.firedAt).toEqual([505]);
    expect(clock.pending).toBe(0);
  });

  it('holds timers longer than one turn of the wheel', () => {
    const clock = new VirtualClock();
    const wheel = new TimerWheel(clock, 1);
    const long = new Recorded(clock);
    wheel.start(long, 30_000);
    clock.tick(60_000);
    expect(long.firedAt).toEqual([30_000]);
  });

  it('stops, restarts and starts again from within a timer', () => {
    const clock = new VirtualClock();
    const wheel = new TimerWheel(clock, 5);
    const stopped = new Recorded(clock);
    const restarted = new Recorded(clock);
    const repeating = new Recorded(clock);
    wheel.start(stopped, 100);
    wheel.start(restarted, 100);
    wheel.start(repeating, 100);
    wheel.stop(stopped);
    wheel.start(restarted, 200);
    repeating.then = () => {
      if (repeating.firedAt.length < 3) wheel.start(repeating, 50);
    };
    clock.tick(1000);
    expect(stopped.firedAt).toEqual([]);
    expect(restarted.firedAt).toEqual([200]);
    expect(repeating.firedAt).toEqual([100, 150, 200]);
    expect(wheel.pending).toBe(0);
  });

  it('catches up after the machine slept', () => {
    const clock = new VirtualClock();
    const wheel = new TimerWheel(clock, 5);
    const timers = [10, 700, 40_000, 50_000].map((ms) => {
      const timer = new Recorded(clock);
      wheel.start(timer, ms);
      return timer;
    });
    let now = 0;
    const sleeping = new TimerWheel({ now: () => now, setTimeout: (fn) => ((wake = fn), () => undefined) }, 5);
    let wake: () => void = () => undefined;
    const late = new Recorded(clock);
    sleeping.start(late, 1000);
    now = 200_000;
    wake();
    expect(late.firedAt).toHaveLength(1);
    clock.tick(60_000);
    expect(timers.map((timer) => timer.firedAt)).toEqual([[10], [700], [40_000], [50_000]]);
  });

  it('clears everything', () => {
    const clock = new VirtualClock();
    const wheel = new TimerWheel(clock, 5);
    const timer = new Recorded(clock);
    wheel.start(timer, 10);
    wheel.clear();
    clock.tick(100);
    expect(timer.firedAt).toEqual([]);
    expect([wheel.pending, clock.pending]).toEqual([0, 0]);
  });
});
