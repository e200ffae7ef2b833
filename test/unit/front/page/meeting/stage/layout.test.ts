import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { arrange, GAP, heightsShown, type Arrangement, type Box, type Scene } from '../../../../../../front/page/src/meeting/stage/layout.ts';

const LAPTOP = { width: 1252, height: 650 };
const PHONE = { width: 374, height: 690 };

const area = ({ width, height }: Box): number => width * height;
const overlap = (one: Box, other: Box): boolean =>
  one.x < other.x + other.width - 0.01 && other.x < one.x + one.width - 0.01 && one.y < other.y + other.height - 0.01 && other.y < one.y + one.height - 0.01;
const rows = (boxes: readonly Box[]): number => new Set(boxes.map(({ y }) => Math.round(y))).size;
const at = (scene: Omit<Scene, 'screens'> & { screens?: number }): Arrangement => arrange({ screens: 0, ...scene });

describe('the grid', () => {
  it('gives one alone the whole stage, as far as a picture may be cut', () => {
    const { people } = at({ ...LAPTOP, people: 1 });
    expect(people).toHaveLength(1);
    expect(people[0]?.height).toBe(LAPTOP.height);
    expect(people[0]?.width).toBeCloseTo((LAPTOP.height * 16) / 9, 3);
  });

  it('shows the other large and oneself in the corner between two', () => {
    for (const size of [LAPTOP, PHONE]) {
      const { people: [other, self], floating } = at({ ...size, people: 2 });
      expect(floating).toBe(true);
      expect(other).toEqual({ x: 0, y: 0, ...size });
      expect(area(self!)).toBeLessThan(area(other!) / 8);
      expect(self!.x + self!.width).toBeLessThan(size.width);
      expect(self!.y + self!.height).toBeLessThan(size.height);
    }
  });

  it('rearranges as people come (seed 0.10)', () => {
    expect([3, 4, 5, 6, 9, 12].map((people) => rows(at({ ...LAPTOP, people }).people))).toEqual([2, 2, 2, 2, 3, 3]);
    expect([3, 4, 5, 6].map((people) => rows(at({ ...PHONE, people }).people))).toEqual([3, 2, 3, 3]);
  });

  it('centres a last row that is not full', () => {
    const { people } = at({ ...LAPTOP, people: 5 });
    const last = people.slice(3);
    const left = last[0]!.x;
    const right = LAPTOP.width - (last[1]!.x + last[1]!.width);
    expect(left).toBeCloseTo(right, 3);
    expect(left).toBeGreaterThan(people[0]!.x);
  });

  it('says how many more there are where not everybody finds a place', () => {
    const { people, hidden, rest } = at({ ...PHONE, people: 60 });
    expect(people.length + hidden).toBe(60);
    expect(rest).toBeDefined();
    expect(people.length).toBeGreaterThanOrEqual(8);
  });
});

describe('beside a shared screen', () => {
  it('is the screen large and the faces in a column, or below on a phone (seed 2.19)', () => {
    const beside = at({ ...LAPTOP, people: 5, screens: 1 });
    expect(area(beside.screens[0]!)).toBeGreaterThan(0.7 * LAPTOP.width * LAPTOP.height);
    expect(beside.people.every(({ x }) => x > beside.screens[0]!.width)).toBe(true);
    const below = at({ ...PHONE, people: 5, screens: 1 });
    expect(below.screens[0]!.width).toBe(PHONE.width);
    expect(below.people.every(({ y }) => y >= below.screens[0]!.height)).toBe(true);
    expect(below.people.length + below.hidden).toBe(5);
  });

  it('shares the room between two screens', () => {
    const { screens } = at({ ...LAPTOP, people: 4, screens: 2 });
    expect(screens).toHaveLength(2);
    expect(overlap(screens[0]!, screens[1]!)).toBe(false);
  });
});

describe('the heights that others are told (seed 2.24)', () => {
  const box = (height: number): Box => ({ x: 0, y: 0, width: height, height });

  it('are those in device pixels, 0 for whoever is not seen, and that of the screen for whoever shows one', () => {
    const layout = { people: [box(100), box(120)], screens: [box(500)] };
    expect([...heightsShown(['a', 'b', 'c', 'd'], ['c'], layout, 2)]).toEqual([['a', 200], ['b', 240], ['c', 1_000], ['d', 0]]);
  });
});

describe('whatever the size', () => {
  const scenes = fc.record({ width: fc.integer({ min: 200, max: 3_000 }), height: fc.integer({ min: 200, max: 2_000 }), people: fc.integer({ min: 1, max: 80 }), screens: fc.integer({ min: 0, max: 3 }) });

  it('nobody lies outside or over another, and everybody is counted', () => {
    fc.assert(
      fc.property(scenes, (scene) => {
        const { people, screens, rest, hidden, floating } = arrange(scene);
        const boxes = [...screens, ...(floating ? people.slice(0, 1) : people), ...(rest ? [rest] : [])];
        for (const { x, y, width, height } of boxes) {
          expect(Math.min(x, y)).toBeGreaterThanOrEqual(-0.01);
          expect(x + width).toBeLessThanOrEqual(scene.width + 0.01);
          expect(y + height).toBeLessThanOrEqual(scene.height + GAP);
          expect(Math.min(width, height)).toBeGreaterThan(0);
        }
        for (const [index, box] of boxes.entries()) expect(boxes.slice(index + 1).some((other) => overlap(box, other))).toBe(false);
        expect(people.length + hidden).toBe(scene.people);
        expect(screens).toHaveLength(scene.screens);
      }),
    );
  });

  it('an unmeasured stage shows nobody yet', () => {
    expect(at({ width: 0, height: 0, people: 3 })).toMatchObject({ people: [], hidden: 3 });
  });
});
