import { describe, expect, it } from 'vitest';
import { backoffMs, OFFER_BACKOFF } from '../../../../../front/page/src/connection/backoff.ts';
import { middle } from '../support.ts';

describe('backoff', () => {
  it('grows from the first wait to its limit', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7].map((attempt) => backoffMs(attempt, OFFER_BACKOFF, middle));
    expect(waits).toEqual([800, 1440, 2592, 4666, 8398, 10_000, 10_000]);
  });

  it('spreads by its jitter and no further', () => {
    expect(backoffMs(1, OFFER_BACKOFF, () => 0)).toBe(600);
    expect(backoffMs(1, OFFER_BACKOFF, () => 0.999999)).toBe(1000);
  });

  it('takes an attempt below one for the first, and a huge one for the limit', () => {
    expect(backoffMs(0, OFFER_BACKOFF, middle)).toBe(800);
    expect(backoffMs(5000, OFFER_BACKOFF, middle)).toBe(10_000);
  });
});
