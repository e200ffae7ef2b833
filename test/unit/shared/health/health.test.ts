import { describe, expect, it } from 'vitest';
import { EventLoopWatch, REMEMBERED_MS, STUCK_MS } from '../../../../shared/health/event-loop.ts';
import { Health } from '../../../../shared/health/health.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

describe('Health', () => {
  it('is good when nothing is asked of it', async () => {
    expect(await new Health().wellness()).toEqual({ status: 200, body: { status: 'ok' } });
  });

  it('names each check, and takes one that fails by an error for one that does not hold', async () => {
    const health = new Health();
    health.needsToBeReady('one', () => Promise.resolve(true));
    health.needsToBeReady('two', () => Promise.reject(new Error('cannot be found out')));
    expect(await health.readiness()).toEqual({ status: 503, body: { status: 'not-ready', one: 'up', two: 'down' } });
  });
});

describe('EventLoopWatch', () => {
  /** A clock whose timers stand still while its time goes on, as those of a loop do that is held up. */
  class HeldUpClock extends VirtualClock {
    heldUpMs = 0;
    override now(): number {
      return super.now() + this.heldUpMs;
    }
  }

  it('says that the loop turns as long as it does', async () => {
    const clock = new HeldUpClock();
    const watch = new EventLoopWatch(clock);
    await clock.advance(60_000);
    expect(watch.turns).toBe(true);
    clock.heldUpMs += STUCK_MS / 2;
    expect(watch.turns).toBe(true);
    watch.close();
    expect(clock.pending).toBe(0);
  });

  it('holds it against the loop for a while when it stood still', async () => {
    const clock = new HeldUpClock();
    const watch = new EventLoopWatch(clock);
    await clock.advance(1_000);
    clock.heldUpMs += 2 * STUCK_MS;
    expect(watch.turns).toBe(false);
    await clock.advance(REMEMBERED_MS / 2);
    expect(watch.turns).toBe(false);
    await clock.advance(REMEMBERED_MS);
    expect(watch.turns).toBe(true);
  });
});
