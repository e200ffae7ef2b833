import { describe, expect, it } from 'vitest';
import { RateLimiter, addressKey } from '../../../../front/http/rate-limit.ts';
import type { Clock } from '../../../../shared/sip/timing/clock.ts';

function limiterAt(perMinute: number) {
  let now = 0;
  const clock: Clock = { now: () => now, setTimeout: () => () => undefined };
  return { limiter: new RateLimiter(perMinute, clock), pass: (ms: number) => (now += ms) };
}

describe('the rate limiter', () => {
  it('lets an address use its minute at once, then makes it wait', () => {
    const { limiter, pass } = limiterAt(60);
    for (let i = 0; i < 60; i++) expect(limiter.take('10.0.0.1')).toBe(0);
    expect(limiter.take('10.0.0.1')).toBeCloseTo(1000);
    pass(1000);
    expect(limiter.take('10.0.0.1')).toBe(0);
    expect(limiter.take('10.0.0.1')).toBeGreaterThan(0);
  });

  it('tells addresses apart, and takes an IPv6 /64 for one', () => {
    const { limiter } = limiterAt(1);
    expect(limiter.take('2001:db8:1:2::1')).toBe(0);
    expect(limiter.take('2001:db8:1:2:9::7')).toBeGreaterThan(0);
    expect(limiter.take('2001:db8:1:3::1')).toBe(0);
    expect(limiter.take('10.0.0.1')).toBe(0);
    expect(addressKey('::1')).toBe('0:0:0:0::/64');
    expect(addressKey('::ffff:10.0.0.1')).toBe('::ffff:10.0.0.1');
  });

  it('remembers a bounded number of addresses', () => {
    const { limiter } = limiterAt(1);
    limiter.take('first');
    for (let i = 0; i < 10_000; i++) limiter.take(`address ${i}`);
    expect(limiter.take('first')).toBe(0);
  });
});
