/** `npm run seeds`: every row with the tests that cover it; with --check it fails when a required row is not covered. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../support/paths.ts';
import { coveringTests } from './covering-tests.ts';
import type { CoveringTest } from './covering-tests.ts';
import { expand, parseRows } from './rows.ts';
import type { SeedRow } from './rows.ts';

/** The parts that must hold today. */
const REQUIRED_PARTS: readonly number[] = [0, 1, 2, 3, 4];
const TEXT_COLUMNS = 92;
const MARKS = { passing: '✓', failing: '✗', skipped: '–', 'not run': '·' } as const;

type RowStatus = 'passing' | 'failing' | 'covered, not run' | 'open';

function statusOf(tests: readonly CoveringTest[]): RowStatus {
  if (tests.some(({ status }) => status === 'failing')) return 'failing';
  if (tests.some(({ status }) => status === 'passing')) return 'passing';
  return tests.length > 0 ? 'covered, not run' : 'open';
}

function shortened(text: string): string {
  return text.length <= TEXT_COLUMNS ? text : `${text.slice(0, TEXT_COLUMNS - 1)}…`;
}

const rows = parseRows(readFileSync(join(repository, 'docs/seed-features.md'), 'utf8'));
const tests = coveringTests(repository, join(repository, 'test-output/results.json'));
const everything = process.argv.includes('--all');
const shown = rows.filter(({ part }) => everything || REQUIRED_PARTS.includes(part));

function testsOf(row: SeedRow): CoveringTest[] {
  const ids = expand(row.id);
  return tests.filter((test) => test.rows.some((id) => ids.includes(id)));
}

for (const row of shown) {
  const covering = testsOf(row);
  console.log(`${row.id.padEnd(9)} ${statusOf(covering).padEnd(17)} ${shortened(row.text)}`);
  for (const { file, title, status } of covering) console.log(`${' '.repeat(12)}${MARKS[status]} ${file}: ${title}`);
}

const required = rows.filter(({ part }) => REQUIRED_PARTS.includes(part));
const count = (status: RowStatus) => required.filter((row) => statusOf(testsOf(row)) === status).length;
const statuses: RowStatus[] = ['passing', 'failing', 'covered, not run', 'open'];
console.log(`\nrequired rows: ${required.length} (${statuses.map((status) => `${count(status)} ${status}`).join(', ')})`);
if (process.argv.includes('--check') && count('passing') < required.length) process.exitCode = 1;
