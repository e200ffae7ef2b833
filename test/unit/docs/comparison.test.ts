import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { repository } from '../../support/paths.ts';

const file = join(repository, 'docs/comparison.md');
const text = readFileSync(file, 'utf8');

/** Tables of what each can do; the last one, of facts, has other cells. */
const FACTS = /^\| (?:runs on|to install|written in|licence) \|/;

interface Row {
  readonly feature: string;
  readonly ours: string;
  readonly others: readonly string[];
}

const ROWS: Row[] = text
  .split('\n')
  .filter((line) => line.startsWith('| ') && !line.startsWith('| |') && !FACTS.test(line))
  .map((line) => {
    const [feature = '', ours = '', ...others] = line.split('|').slice(1, -1).map((cell) => cell.trim());
    return { feature, ours, others };
  });

const TEST_LINK = /\]\(\.\.\/(test\/[\w./-]+\.test\.tsx?)\)/g;

function testsIn(cell: string): string[] {
  return [...cell.matchAll(TEST_LINK)].map(([, path = '']) => path);
}

describe('the comparison with others', () => {
  it('has a cell for each of the four others in every row', () => {
    expect(ROWS.length).toBeGreaterThan(40);
    expect(ROWS.filter(({ others }) => others.length !== 4)).toEqual([]);
  });

  it.each(ROWS)('claims of this system only what a test shows: $feature', ({ ours }) => {
    const tests = testsIn(ours);
    if (ours === 'no') return;
    expect(ours).toMatch(/^(?:\[yes\]\(|partly: \[)/);
    expect(tests.length).toBeGreaterThan(0);
    expect(tests.filter((path) => !existsSync(join(repository, path)))).toEqual([]);
  });

  it('says of the others nothing without the page that says it', () => {
    const cells = ROWS.flatMap(({ others }) => others);
    expect(cells.filter((cell) => !/^(?:– ?|\[yes\]\[[\w-]+\]|partly: \[[^\]]+\]\[[\w-]+\])/.test(cell))).toEqual([]);
    const named = [...text.matchAll(/\]\[([\w-]+)\]/g)].map(([, label = '']) => label);
    const defined = [...text.matchAll(/^\[([\w-]+)\]: https:/gm)].map(([, label = '']) => label);
    expect([...new Set(named)].sort()).toEqual([...defined].sort());
  });

  it('points only at files that are there', () => {
    const targets = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = '']) => target);
    expect(targets.filter((target) => !existsSync(join(dirname(file), target)))).toEqual([]);
  });
});
