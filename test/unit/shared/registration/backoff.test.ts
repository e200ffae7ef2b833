import { describe, expect, it } from 'vitest';
import { Backoff } from '../../../../shared/registration/backoff.ts';

describe('backoff', () => {
  it('doubles up to its limit, and begins anew after a success', () => {
    const backoff = new Backoff({ firstMs: 500, maxMs: 4_000 }, () => 0);
    expect([1, 2, 3, 4, 5, 6].map(() => backoff.next())).toEqual([500, 1000, 2000, 4000, 4000, 4000]);
    backoff.reset();
    expect(backoff.next()).toBe(500);
  });

  it('takes off up to half at random', () => {
    const backoff = new Backoff({ firstMs: 1_000, maxMs: 1_000 }, () => 0.999);
    expect(backoff.next()).toBeCloseTo(500, -1);
  });

  it('does not overflow, however often it fails', () => {
    const backoff = new Backoff({ firstMs: 500, maxMs: 4_000 }, () => 0);
    for (let attempt = 0; attempt < 5_000; attempt++) backoff.next();
    expect(backoff.next()).toBe(4_000);
  });
});
