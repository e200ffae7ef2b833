import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { callAgain } from '../../simulate/calling-again.ts';
import type { Survivors } from '../../simulate/calling-again.ts';
import { CONTROL, ENGINES, NEW_VIEWER, PACKET_COST, STREAM, TIMING, VIEWER_MEMORY, WIRE, WORKERS } from '../../simulate/costs.ts';
import type { Measured } from '../../simulate/costs.ts';
import { longest, simulate } from '../../simulate/failures.ts';
import { planFleet } from '../../simulate/fleet.ts';
import type { Fleet } from '../../simulate/fleet.ts';
import { USUAL } from '../../simulate/options.ts';
import { serve } from '../../simulate/queue.ts';
import { runs } from '../../simulate/report.ts';
import { repository } from '../../support/paths.ts';
import { seededRandom } from '../../support/sip/seeded-random.ts';

const chance = (seed = 1) => ({ next: seededRandom(seed), lean: 0 });
const fleetFor = (viewers: number): Fleet => planFleet({ ...USUAL, viewers });

describe('a line before servers', () => {
  it('is served one after the other, and by all servers at once', () => {
    expect(serve([0, 0, 0, 0], 1, 10)).toEqual([10, 20, 30, 40]);
    expect(serve([0, 0, 0, 0], 2, 10)).toEqual([10, 10, 20, 20]);
    expect(serve([100, 0, 5], 1, 10)).toEqual([110, 10, 20]);
  });

  it('never ends before the work is done, nor later than one server would', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 60 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 50 }), (arrivals, servers, service) => {
        const done = serve(arrivals, servers, service);
        expect(longest(done)).toBeLessThanOrEqual(longest(serve(arrivals, 1, service)));
        expect(longest(done)).toBeGreaterThanOrEqual(Math.min(...arrivals) + Math.ceil(arrivals.length / servers) * service);
        done.forEach((at, index) => expect(at).toBeGreaterThanOrEqual((arrivals[index] ?? 0) + service));
      }),
    );
  });
});

describe('a call again', () => {
  const fleet: Fleet = { ...fleetFor(10_000), steadyCalls: 0, registersPerSecond: 0, workers: 1, options: { ...USUAL, rttMs: 10 } };
  const level = { ...fleet.levels[1]!, busy: 0 };
  const one: Survivors = { fronts: 1, daemons: 1, replicas: 1, dead: { fronts: 0, daemons: 0, replicas: 0 }, silent: false };

  it('takes what a case computed by hand takes', () => {
    // One caller: four and a half ways of 10 ms there and back, 4.7 ms of front, 2.35 of the daemon, 4.58 of the streamer.
    expect(callAgain([1_000], fleet, level, one, chance(), true).back[0]).toBeCloseTo(1_000 + 45 + 4.7 + 2.35 + 4.58, 6);
    // Ten at once leave front, the slowest, one after the other.
    expect(longest(callAgain(new Array<number>(10).fill(0), fleet, level, one, chance(), true).back)).toBeCloseTo(45 + 47 + 2.35 + 4.58, 6);
    // Relays need no front, and then the streamer is the slowest.
    expect(longest(callAgain(new Array<number>(10).fill(0), fleet, level, one, chance(), false).back)).toBeCloseTo(45 + 2.35 + 45.8, 6);
    // A streamer that is half busy takes twice as long.
    expect(callAgain([0], fleet, { ...level, processes: 1, busy: 0.5 }, one, chance(), false).back[0]).toBeCloseTo(45 + 2.35 + 9.16, 6);
  });

  it('costs 400 ms for each replica that says nothing, until the daemon knows', () => {
    const { back } = callAgain([0, 10_000], fleet, level, { ...one, dead: { ...one.dead, replicas: 3 } }, chance(4), false);
    const times = back.map((at, index) => at - [0, 10_000][index]! - 45 - 2.35 - 4.58);
    for (const at of times) expect(Math.abs(at / TIMING.replicaSilence.value - Math.round(at / TIMING.replicaSilence.value))).toBeLessThan(1e-6);
    expect(longest(times)).toBeLessThanOrEqual(3 * TIMING.replicaSilence.value + 1e-6);
  });
});

describe('when one dies', () => {
  const fleet = fleetFor(10_000);

  it('nobody who watches sees a daemon, a front, Redis or PostgreSQL go', () => {
    for (const kind of ['daemon', 'front', 'redis', 'postgres'] as const) expect(simulate(kind, fleet, chance())).toMatchObject({ affected: 0, gaps: [] });
  });

  it('only its own viewers see a relay go, for no less than it takes to notice', () => {
    const failure = simulate('leaf', fleet, chance())!;
    expect(failure.affected).toBe(fleet.levels[1]?.served);
    expect(Math.min(...failure.gaps)).toBeGreaterThan(TIMING.pageSilence.value);
  });

  it('those of a relay are back within the time that was asked for, whatever the size, but for the ways of the network', () => {
    for (const viewers of [10_000, 30_000, 100_000, 1_000_000]) {
      for (const failure of runs('leaf', fleetFor(viewers), 5)) expect(longest(failure!.gaps)).toBeLessThan(USUAL.backSeconds * 1_000 + 5 * USUAL.rttMs);
    }
  });

  it('a rack is at least as bad as a relay of it', () => {
    for (let seed = 1; seed <= 5; seed += 1) {
      const [rack, leaf] = (['rack', 'leaf'] as const).map((kind) => simulate(kind, fleet, chance(seed))!);
      expect(rack!.affected).toBeGreaterThan(leaf!.affected);
      expect(longest(rack!.gaps)).toBeGreaterThan(longest(leaf!.gaps));
    }
  });

  it('the last of a kind is missed until it is started again', () => {
    const alone = planFleet({ ...USUAL, viewers: 50, racks: 1 });
    for (const kind of ['origin', 'daemon', 'front', 'rack'] as const) expect(simulate(kind, alone, chance())).toBeUndefined();
  });

  it('the same seeds give the same, others something else', () => {
    expect(runs('rack', fleet, 3)).toEqual(runs('rack', fleet, 3));
    const [first, second] = runs('leaf', fleet, 2);
    expect(first).not.toEqual(second);
  });
});

describe('every number', () => {
  it('is between the least and the most that were measured, and says where it is from', () => {
    const groups: readonly Readonly<Record<string, Measured>>[] = [CONTROL, ENGINES, NEW_VIEWER, STREAM, TIMING, VIEWER_MEMORY, WIRE, WORKERS];
    const all: readonly Measured[] = [...Object.values(PACKET_COST).flat(), ...groups.flatMap((group) => Object.values(group))];
    expect(all.length).toBeGreaterThan(30);
    for (const { value, least = value, most = value, source, unit } of all) {
      expect(value).toBeGreaterThanOrEqual(least);
      expect(value).toBeLessThanOrEqual(most);
      expect(source.length * unit.length).toBeGreaterThan(0);
    }
  });

  it('that is from a page of this repository stands there', () => {
    const media = readFileSync(join(repository, 'docs/media.md'), 'utf8');
    for (const { value } of [...Object.values(PACKET_COST).flat(), ...Object.values(NEW_VIEWER), ...Object.values(VIEWER_MEMORY)]) expect(media).toMatch(new RegExp(String.raw`\b${String(value).replace('.', String.raw`\.`)}\b`));
    const scale = readFileSync(join(repository, 'docs/scale.md'), 'utf8').replaceAll('\n', ' ');
    const quoted = Object.values(TIMING).filter(({ source }) => source.startsWith('docs/scale.md'));
    expect(quoted.length).toBeGreaterThan(6);
    for (const { source } of quoted) expect(scale.toLowerCase()).toContain(source.slice(source.indexOf(': ') + 2).toLowerCase());
  });
});
