import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FleetError, planFleet, workersOf } from '../../simulate/fleet.ts';
import { checked, OptionError, USUAL } from '../../simulate/options.ts';
import type { Options } from '../../simulate/options.ts';
import { withSpare } from '../../simulate/spare.ts';
import { coresToSend, packetCost, packetRate, viewersOf, wireMbit } from '../../simulate/stream.ts';

const options = (changes: Partial<Options> = {}): Options => ({ ...USUAL, ...changes });
const mediaMachines = (changes: Partial<Options>) => {
  const { clusters, levels } = planFleet(options(changes));
  return clusters * levels.reduce((sum, { machines }) => sum + machines, 0);
};

describe('the fleet', () => {
  it('is that of a case computed by hand', () => {
    // 222 packets/s of 82 bytes beyond what they carry: 1.6 + 222 · 82 · 8 / 10⁶ Mbit/s.
    expect(wireMbit(1.6)).toBeCloseTo(1.7456, 4);
    // 8 cores: four send, one is left free; 0.7 · 4 cores over 222/s · (shared + each · n) µs.
    const { each, shared } = packetCost('native');
    const byCpu = Math.floor((0.7 * 4 * 1e6) / 222 / each - shared / each);
    const byNic = Math.floor((0.7 * 10_000) / 1.745632);
    const fleet = planFleet(options({ viewers: 10_000 }));
    expect(fleet.capacity).toBe(Math.min(byCpu, byNic));
    // 10,000 at 1,729 each are 5.8, so six are to be left of eight when two of them, a quarter, are away.
    expect(fleet.levels.map(({ processes }) => processes)).toEqual([2, 8]);
    expect(fleet.levels[1]?.served).toBe(1_250);
    expect(fleet.totalGbit).toBeCloseTo((10_008 * 1.745632) / 1_000, 2);
  });

  it('is one pair of origins where these are enough, and needs a second level where the origin’s way out is narrow', () => {
    expect(planFleet(options({ viewers: 1_000 })).levels).toHaveLength(1);
    const narrow = planFleet(options({ viewers: 1_000_000, originGbit: 0.1, pages: false, stayMinutes: 600, arriveMinutes: 600 }));
    expect(narrow.levels).toHaveLength(3);
    expect((narrow.levels[0]?.mbitOut ?? 0) * 2).toBeLessThanOrEqual(0.7 * 100);
  });

  it('leaves of each level enough when a rack is away', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000_000 }), fc.integer({ min: 2, max: 12 }), fc.integer({ min: 1, max: 64 }), (viewers, racks, cores) => {
        const { levels, capacity, clusters, options: one } = planFleet(options({ viewers, racks, cores }));
        expect(clusters * one.viewers).toBeGreaterThanOrEqual(viewers);
        levels.forEach(({ processes }, index) => {
          const asked = levels[index + 1]?.processes ?? one.viewers;
          expect((processes - Math.ceil(processes / racks)) * capacity).toBeGreaterThanOrEqual(asked);
        });
      }),
    );
  });

  // Of one cluster: several have their share rounded up, and how many they are depends on more than the media.
  it('never shrinks when more watch, or more is sent, or less is to be used', () => {
    const either = fc.tuple(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 1, max: 10_000 }));
    fc.assert(fc.property(either, ([a, b]) => mediaMachines({ viewers: Math.min(a, b) }) <= mediaMachines({ viewers: Math.max(a, b) })));
    const mbit = fc.tuple(fc.double({ min: 1, max: 20, noNaN: true }), fc.double({ min: 1, max: 20, noNaN: true }));
    fc.assert(fc.property(mbit, ([a, b]) => mediaMachines({ viewers: 10_000, mbit: Math.min(a, b) }) <= mediaMachines({ viewers: 10_000, mbit: Math.max(a, b) })));
    expect(mediaMachines({ viewers: 30_000, fullest: 0.9 })).toBeLessThan(mediaMachines({ viewers: 30_000, fullest: 0.4 }));
    expect(mediaMachines({ viewers: 30_000, fanout: 'native' })).toBeLessThan(mediaMachines({ viewers: 30_000, fanout: 'portable' }));
  });

  it('has more fronts the sooner viewers are to be back, and none too few for the minutes in which all come', () => {
    const fronts = (changes: Partial<Options>) => planFleet(options({ viewers: 30_000, ...changes })).fronts;
    expect(fronts({ backSeconds: 1.5 })).toBeGreaterThan(fronts({ backSeconds: 4 }));
    expect(fronts({ backSeconds: 1_000, arriveMinutes: 1 })).toBeGreaterThanOrEqual((fronts({ backSeconds: 1_000, arriveMinutes: 2 }) * 3) / 2);
  });

  it('says what cannot be', () => {
    expect(() => planFleet(options({ mbit: 1_000, nicGbit: 1 }))).toThrow(FleetError);
    expect(() => planFleet(options({ viewers: 30_000, originGbit: 0.001 }))).toThrow(FleetError);
    for (const wrong of [{ viewers: 0 }, { viewers: 1.5 }, { mbit: Number.NaN }, { fullest: 1.2 }, { racks: -1 }]) expect(() => checked(options(wrong))).toThrow(OptionError);
    expect(checked(options({ rttMs: 0 })).rttMs).toBe(0);
  });
});

describe('a cluster', () => {
  it('is one for as many as one Redis and its daemons bear; beyond that there are several, of which each does', () => {
    expect(planFleet(options({ viewers: 10_000 })).clusters).toBe(1);
    const { clusters, redisCores, daemons } = planFleet(options({ viewers: 1_000_000 }));
    expect(clusters).toBeGreaterThan(1);
    expect(redisCores).toBeLessThanOrEqual(0.7);
    expect(daemons).toBeGreaterThan(1);
    // Players are no people who have to be registered again and again.
    expect(planFleet(options({ viewers: 1_000_000, pages: false })).clusters).toBeLessThan(clusters);
  });
});

describe('a stream', () => {
  it('costs what was measured, within a tenth', () => {
    const measured = [[10, 39.1], [100, 10.6], [300, 7.9]] as const;
    for (const [viewers, microseconds] of measured) {
      const each = (coresToSend(viewers, 1.6, 'native') * 1e6) / packetRate(1.6) / viewers;
      expect(each / microseconds).toBeGreaterThan(0.9);
      expect(each / microseconds).toBeLessThan(1.1);
    }
  });

  it('goes to as many as so many cores carry, and to no more', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.2, max: 16, noNaN: true }), fc.constantFrom('native' as const, 'portable' as const), (cores, fanout) => {
        const viewers = viewersOf(cores, 1.6, fanout);
        if (viewers > 0) expect(coresToSend(viewers, 1.6, fanout)).toBeLessThanOrEqual(cores + 1e-9);
        expect(coresToSend(viewers + 1, 1.6, fanout)).toBeGreaterThan(cores - 1e-9);
      }),
    );
  });
});

describe('what is spare', () => {
  it.each([
    [1, 1, 1], [1, 2, 2], [1, 4, 2], [6, 4, 8], [3, 3, 5], [10, 2, 20],
  ])('%i needed in %i racks: %i', (needed, racks, count) => expect(withSpare(needed, racks)).toBe(count));
});

describe('threads that send', () => {
  it.each([[1, 1], [2, 1], [3, 2], [5, 4], [64, 4]])('with %i cores: %i', (cores, workers) => expect(workersOf(cores)).toBe(workers));
});
