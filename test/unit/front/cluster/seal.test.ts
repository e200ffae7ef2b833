import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { Seals } from '../../../../front/cluster/seal.ts';

const KEY = randomBytes(32);
const REQUEST = { method: 'POST', url: '/options?x=1' };
const PASSED_ON = { from: '0a1b2c3d4e5f', ip: '198.51.100.7', secure: true };

function setUp() {
  const time = { now: 1_000_000 };
  const sealsOf = (key: Buffer) => new Seals(() => key, () => time.now);
  return { time, sealsOf, seals: sealsOf(KEY) };
}

describe('a seal', () => {
  it('tells another front whose request it is', () => {
    const { seals, sealsOf } = setUp();
    expect(sealsOf(KEY).open(REQUEST, seals.seal(REQUEST, PASSED_ON))).toEqual({ ...PASSED_ON, at: 1_000_000 });
  });

  it('is good for that request alone', () => {
    const { seals } = setUp();
    const seal = seals.seal(REQUEST, PASSED_ON);
    expect(seals.open({ ...REQUEST, url: '/leave' }, seal)).toBeUndefined();
    expect(seals.open({ ...REQUEST, method: 'GET' }, seal)).toBeUndefined();
  });

  it('is good for a minute, by clocks that may differ', () => {
    const { seals, time } = setUp();
    const seal = seals.seal(REQUEST, PASSED_ON);
    for (const now of [940_000, 1_060_000]) {
      time.now = now;
      expect(seals.open(REQUEST, seal)).toBeDefined();
    }
    for (const now of [939_999, 1_060_001]) {
      time.now = now;
      expect(seals.open(REQUEST, seal)).toBeUndefined();
    }
  });

  it('cannot be made without the key, nor changed', () => {
    const { seals, sealsOf } = setUp();
    const seal = seals.seal(REQUEST, PASSED_ON);
    const [payload = '', mac = ''] = seal.split('.');
    const forged = Buffer.from(JSON.stringify({ ...PASSED_ON, ip: '127.0.0.1', at: 1_000_000 })).toString('base64url');
    for (const header of [undefined, '', '.', payload, `${payload}.`, `${forged}.${mac}`, `${payload}.${mac.slice(1)}`, 'x'.repeat(10_000), [seal, seal]]) {
      expect(seals.open(REQUEST, header)).toBeUndefined();
    }
    expect(sealsOf(randomBytes(32)).open(REQUEST, seal)).toBeUndefined();
  });
});
