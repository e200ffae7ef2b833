import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseSizes, type ShownPicture } from '../../../../streamer/forwarding/size-choice.ts';

const SIZES = [
  { height: 180, bitsPerSecond: 150_000 },
  { height: 360, bitsPerSecond: 500_000 },
  { height: 720, bitsPerSecond: 1_500_000 },
];
const shown = (height: number, current = -1, sizes = SIZES): ShownPicture => ({ height, sizes, current });

describe('which size of each picture a member gets', () => {
  it('is no larger than he shows it, and good enough', () => {
    expect(chooseSizes([shown(180), shown(200), shown(360), shown(500), shown(Infinity), shown(0)], 1e9)).toEqual({ chosen: [0, 0, 1, 2, 2, -1], limited: false });
  });

  it('fits his way: what he shows large grows first, and what he shows smallest is left out', () => {
    expect(chooseSizes([shown(180), shown(720)], 800_000)).toEqual({ chosen: [0, 1], limited: true });
    expect(chooseSizes([shown(170), shown(180), shown(175)], 350_000)).toEqual({ chosen: [-1, 0, 0], limited: true });
    expect(chooseSizes([shown(180)], 100_000)).toEqual({ chosen: [-1], limited: true });
  });

  it('stays with what just fits, but wants room to spare for more', () => {
    expect(chooseSizes([shown(360, 1)], 510_000).chosen).toEqual([1]);
    expect(chooseSizes([shown(360, 0)], 510_000).chosen).toEqual([0]);
    expect(chooseSizes([shown(360, 0)], 600_000).chosen).toEqual([1]);
  });

  it('takes what there is where there is one size, or none yet', () => {
    expect(chooseSizes([shown(90, -1, [SIZES[2]!]), shown(90, -1, [])], 1e9)).toEqual({ chosen: [0, -1], limited: false });
    expect(chooseSizes([shown(90, -1, [{ height: undefined, bitsPerSecond: 1 } as never])], 1e9).chosen).toEqual([0]);
  });

  it('never costs more than there is', () => {
    const pictures = fc.array(fc.record({ height: fc.constantFrom(0, 90, 180, 360, 720, Infinity), current: fc.integer({ min: -1, max: 2 }), sizes: fc.constant(SIZES) }), { maxLength: 24 });
    fc.assert(
      fc.property(pictures, fc.integer({ min: 0, max: 20_000_000 }), (all, available) => {
        const { chosen } = chooseSizes(all, available);
        const cost = chosen.reduce((sum, size) => sum + (SIZES[size]?.bitsPerSecond ?? 0), 0);
        expect(cost).toBeLessThanOrEqual(available);
      }),
    );
  });
});
