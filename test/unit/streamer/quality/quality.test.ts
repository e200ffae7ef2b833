import { describe, expect, it } from 'vitest';
import { Quality } from '../../../../streamer/quality/quality.ts';
import { simulate, type WayOptions, type WayResult } from '../../../support/quality/simulated-way.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const RENDITIONS = [
  { track: 0, name: '720p', bitsPerSecond: 2_000_000 },
  { track: 1, name: '360p', bitsPerSecond: 600_000 },
  { track: 2, name: '180p', bitsPerSecond: 180_000 },
];
const MBIT = 1_000_000;

const way = (options: Partial<WayOptions>): WayResult => simulate({ renditions: RENDITIONS, seconds: 40, capacity: () => 10 * MBIT, ...options });
const told = ({ switches }: WayResult) => switches.map(({ second, to }) => `${second} s: ${to}`);
const longestWait = ({ moments }: WayResult, from = 3) => Math.max(...moments.filter(({ second }) => second > from).map(({ waitMs }) => waitMs));
const at = ({ moments }: WayResult, second: number) => moments.find((moment) => moment.second === second)?.rendition;

describe('a viewer’s rendition', () => {
  it.each([
    ['wide', {}],
    ['wide and restless', { jitterMs: 15 }],
    ['wide, to a receiver that is held up at times', { jitterMs: 5, stallMs: 80 }],
    ['just wide enough', { capacity: () => 3 * MBIT }],
    ['lossy, 5 %', { loss: 0.05 }],
  ])('is the best after a few seconds, and stays so, where the way is %s', (_, options: Partial<WayOptions>) => {
    const result = way(options);
    expect(told(result)[0]).toBe('0 s: 360p');
    expect(result.switches.length, told(result).join()).toBe(2);
    expect(result.switches[1]?.to).toBe('720p');
    expect(result.switches[1]?.second).toBeLessThanOrEqual(4);
  });

  it.each([
    ['1.2 Mbit/s', 1.2, '360p', {}],
    ['1.2 Mbit/s behind a short queue', 1.2, '360p', { queueBytes: 15_000 }],
    ['2.1 Mbit/s, restless', 2.1, '360p', { jitterMs: 15 }],
    ['0.4 Mbit/s', 0.4, '180p', {}],
  ])('is what fits, without trying on and on, at %s', (_, mbits, expected, options: Partial<WayOptions>) => {
    const result = way({ capacity: () => mbits * MBIT, seconds: 60, ...options });
    expect(result.switches.length, told(result).join()).toBeLessThanOrEqual(2);
    expect(result.moments.filter(({ second, rendition }) => second > 3 && rendition !== expected)).toEqual([]);
    expect(longestWait(result)).toBeLessThan(150);
  });

  it('goes down at the next keyframe when the way becomes narrow, and up again when it is wide for a while', () => {
    const result = way({ capacity: (second) => (second < 12.3 || second > 25 ? 4 : 1) * MBIT, seconds: 45 });
    expect(result.switches.map(({ to }) => to), told(result).join()).toEqual(['360p', '720p', '360p', '720p']);
    expect(result.switches[2]?.second).toBeLessThanOrEqual(13);
    expect(result.switches[3]?.second).toBeLessThanOrEqual(37);
    expect(longestWait(result)).toBeLessThan(1_000);
    expect(result.framesLeftOut).toBeGreaterThan(0);
  });

  it('comes back within seconds where losses turn out to be the way’s own (15 %)', () => {
    for (const options of [{}, { capacity: () => 3 * MBIT }]) {
      for (const seed of [1, 2, 3, 4, 5]) {
        const result = way({ loss: 0.15, seconds: 60, seed, ...options });
        expect(at(result, 16), told(result).join()).toBe('720p');
        expect(result.moments.filter(({ second, rendition }) => second > 16 && rendition !== '720p'), told(result).join()).toEqual([]);
      }
    }
  });

  it('tries less and less often where others come and go', () => {
    const result = way({ capacity: (second) => (Math.floor(second / 5) % 2 === 0 ? 4 : 1.2) * MBIT, seconds: 120 });
    const ups = result.switches.filter(({ to }) => to === '720p').map(({ second }) => second);
    expect(ups.length, told(result).join()).toBeLessThanOrEqual(6);
    expect(at(result, 120)).not.toBe('180p');
  });

  it('tries less and less often where a policer drops what is too much without a queue to tell of it', () => {
    const result = way({ policed: 1.2 * MBIT, seconds: 180 });
    const ups = result.switches.filter(({ to }) => to === '720p').map(({ second }) => second);
    expect(ups.length, told(result).join()).toBeLessThanOrEqual(6);
    const inBest = result.moments.filter(({ rendition }) => rendition === '720p').length;
    expect(inBest, told(result).join()).toBeLessThan(40);
  });

  it('follows receiver reports where nothing better comes, more slowly', () => {
    const result = way({ feedback: 'reports', capacity: (second) => (second < 40 ? 4 : 1) * MBIT, seconds: 60 });
    expect(at(result, 30), told(result).join()).toBe('720p');
    expect(at(result, 43), told(result).join()).not.toBe('720p');
    expect(longestWait(result)).toBeLessThan(1_500);
  });
});

describe('a viewer’s own estimate', () => {
  it('brings him down where it says that too much is sent, and counts only without transport-wide feedback', () => {
    const clock = new VirtualClock();
    const quality = new Quality({ renditions: RENDITIONS, clock });
    const changes: string[] = [];
    quality.onChange(() => changes.push(quality.state.name));
    expect(quality.choose()).toMatchObject({ track: 1, dropDiscardable: false, urgent: false });
    quality.onEstimatedBitrate(300_000);
    quality.onEstimatedBitrate(290_000);
    expect(changes).toEqual(['180p']);
    expect(quality.choose()).toMatchObject({ track: 2, dropDiscardable: false, urgent: true });
    expect(quality.state).toMatchObject({ name: '180p', estimatedBitrate: 300_000 });
    const other = new Quality({ renditions: RENDITIONS, clock });
    other.onTransportFeedback([{ bytes: 1_200, sentMs: 0, receivedMs: 5 }]);
    other.onEstimatedBitrate(300_000);
    other.onReport({ fractionLost: 0.5, roundTripMs: 20 });
    expect(other.choose().track).toBe(1);
  });

  it('leaves out what nobody refers to where even the least does not fit', () => {
    const quality = new Quality({ renditions: RENDITIONS.slice(2), clock: new VirtualClock() });
    quality.onEstimatedBitrate(100_000);
    expect(quality.choose()).toMatchObject({ track: 2, dropDiscardable: true });
  });
});

describe('a pinned rendition', () => {
  it('stays, whatever the way is like, until it is let go', () => {
    const result = way({
      capacity: () => MBIT,
      seconds: 30,
      onSecond: (second, quality) => {
        if (second === 5) quality.pin('720p');
        if (second === 10) expect(quality.state).toMatchObject({ name: '720p', pinned: true });
        if (second === 15) quality.pin(undefined);
      },
    });
    expect(result.moments.filter(({ second }) => second > 7 && second <= 15).every(({ rendition }) => rendition === '720p')).toBe(true);
    expect(at(result, 18)).not.toBe('720p');
  });

  it('must exist', () => {
    const quality = new Quality({ renditions: RENDITIONS, clock: new VirtualClock() });
    quality.pin('1080p');
    expect(quality.state).toEqual({ name: '360p', pinned: false, available: ['720p', '360p', '180p'], estimatedBitrate: undefined });
  });
});
