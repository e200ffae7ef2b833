import { describe, expect, it } from 'vitest';
import { DownlinkEstimate } from '../../../../streamer/forwarding/downlink-estimate.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const STEP_MS = 500;

/** A member who is sent 1 Mbit/s and says of each half second which part of it was lost. */
function setUp() {
  const clock = new VirtualClock();
  const estimate = new DownlinkEstimate(clock);
  const pass = (ms: number, lost: number): void => {
    for (let passed = 0; passed < ms; passed += STEP_MS) {
      for (let packet = 0; packet < 25; packet++) {
        estimate.noteSent(2_500, clock.now());
        clock.tick(STEP_MS / 25);
      }
      estimate.heedReport(lost, 20);
      estimate.tick(true, clock.now());
    }
  };
  return { clock, estimate, pass };
}

describe('what a way carries', () => {
  it('is thought to be much until something speaks against it, whatever is sent', () => {
    const { estimate, pass } = setUp();
    pass(10_000, 0);
    expect(estimate.bitsPerSecond).toBeGreaterThanOrEqual(2_000_000);
  });

  it('is less than a small picture needs only where it has been narrow for some time, and comes back by trial', () => {
    const { estimate, pass } = setUp();
    pass(5_000, 0);
    pass(2_500, 0.5);
    expect(estimate.bitsPerSecond).toBeGreaterThanOrEqual(300_000);
    expect(estimate.bitsPerSecond).toBeLessThan(500_000);
    pass(3_000, 0.5);
    const narrow = estimate.bitsPerSecond;
    expect(narrow).toBeLessThan(150_000);
    pass(3_000, 0);
    pass(20_000, 0);
    expect(estimate.bitsPerSecond).toBeGreaterThan(3 * narrow);
  });

  it("is not more than the member's own estimate, where that is all that he tells (REMB)", () => {
    const { estimate, pass } = setUp();
    pass(3_000, 0);
    for (let told = 0; told < 12; told++) {
      estimate.heedEstimate(60_000);
      pass(STEP_MS, 0);
    }
    expect(estimate.bitsPerSecond).toBeLessThan(300_000);
  });
});
