import { describe, expect, it } from 'vitest';
import { RateLimiter } from '../../../../signaling/admission/rate-limit.ts';

const LIMITS = { strangers: { perSecond: 10, burst: 20 }, known: { perSecond: 100, burst: 200 } };

describe('The rate limit', () => {
  function admitted(limiter: RateLimiter, host: string, requests: number): number {
    return Array.from({ length: requests }, () => limiter.admit(host)).filter(Boolean).length;
  }

  it('lets a burst pass, then so many a second, each host by itself', () => {
    let now = 0;
    const limiter = new RateLimiter(LIMITS, () => now, false);
    expect(admitted(limiter, 'a', 100)).toBe(20);
    expect(admitted(limiter, 'b', 5)).toBe(5);
    now = 1000;
    expect(admitted(limiter, 'a', 100)).toBe(10);
    now = 1_000_000;
    expect(admitted(limiter, 'a', 100)).toBe(20);
  });

  it('lets more pass of a host that has proven who it is', () => {
    const limiter = new RateLimiter(LIMITS, () => 0, false);
    expect(admitted(limiter, 'a', 100)).toBe(20);
    limiter.trust('a');
    expect(admitted(limiter, 'a', 1000)).toBe(200);
    limiter.trust('a');
    expect(admitted(limiter, 'a', 1000)).toBe(0);
  });

  it('knows everybody where nobody needs to prove anything', () => {
    expect(admitted(new RateLimiter(LIMITS, () => 0, true), 'a', 1000)).toBe(200);
  });

  it('remembers a bounded number of hosts, whatever sources are forged', () => {
    const limiter = new RateLimiter(LIMITS, () => 0, false);
    for (let host = 0; host < 100_000; host++) limiter.admit(`h${host}`);
    expect(limiter.hosts).toBe(10_000);
  });
});
