import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fromSource } from '../../seeds/covering-tests.ts';
import { namedRows, parseRows } from '../../seeds/rows.ts';
import { repository } from '../../support/paths.ts';

describe('the table of seeds', () => {
  it('has all of its rows', () => {
    const rows = parseRows(readFileSync(join(repository, 'docs/seed-features.md'), 'utf8'));
    expect(rows.filter(({ part }) => part === 4).map(({ id }) => id)).toEqual(Array.from({ length: 23 }, (_, index) => `4.${index + 1}`));
    expect(new Set(rows.map(({ part }) => part))).toEqual(new Set([0, 1, 2, 3, 4]));
  });

  it.each([
    ['watches (seed 4.8)', ['4.8']],
    ['several (seeds 4.1, 4.2 and 4.10)', ['4.1', '4.2', '4.10']],
    ['a range (seed 0.1–0.3)', ['0.1', '0.2', '0.3']],
    ['a seeded relay with 4.8 % loss', []],
  ])('reads which rows a title names, case %#', (title, rows) => {
    expect(namedRows(title)).toEqual(rows);
  });

  it('finds titles in the source of tests that were not run', () => {
    const source = ["it('denies it (seed 4.4)', () => {});", 'describe.skipIf(x)("all of (seed 4.5)", () => {', "  it.each([1])(\n    'each (seed 4.6)',", "it.each(['a', 'b'])('of %s (seed 4.8)', () => {});", '// (seed 4.7)'].join('\n');
    expect(fromSource('a.test.ts', source).flatMap(({ rows }) => rows)).toEqual(['4.4', '4.5', '4.6', '4.8']);
  });
});
