import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { uint16, uint32, unwrap16 } from '../../../../streamer/rtp/serial.ts';

describe('counters that wrap', () => {
  it('keep their low bits, also below 0', () => {
    expect([uint16(0x1_0000), uint16(0x1_2345), uint16(-1)]).toEqual([0, 0x2345, 0xffff]);
    expect([uint32(0x1_0000_0000), uint32(-1), uint32(2 ** 40 + 5)]).toEqual([0, 0xffffffff, 5]);
  });

  it('are found again near where they were', () => {
    expect(unwrap16(0xfffe, 0x1_0002)).toBe(0xfffe);
    expect(unwrap16(3, 0xffff)).toBe(0x1_0003);
    fc.assert(
      fc.property(fc.nat(2 ** 40), fc.integer({ min: -0x7fff, max: 0x7fff }), (near, distance) => {
        fc.pre(near + distance >= 0);
        expect(unwrap16(uint16(near + distance), near)).toBe(near + distance);
      }),
    );
  });
});
