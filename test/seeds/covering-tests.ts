/** Which tests name which rows: from the last run's results, and from the source of test files that were not run. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { namedRows } from './rows.ts';

export interface CoveringTest {
  file: string;
  title: string;
  status: 'passing' | 'failing' | 'skipped' | 'not run';
  rows: string[];
}

/** The parts of vitest's JSON report that are read here. */
interface Report {
  testResults: { name: string; assertionResults: { fullName: string; status: string }[] }[];
}

/** The title may stand behind the cases of an `it.each`. */
const TITLE = /\b(?:it|test|describe)\b[^\n]*?(?:\n\s*)?(['"`])((?:(?!\1).|\\\1)*seeds? \d.*?)\1/g;

/** @param reportFile vitest's JSON report; may be missing */
export function coveringTests(repository: string, reportFile: string): CoveringTest[] {
  const run = existsSync(reportFile) ? fromReport(repository, JSON.parse(readFileSync(reportFile, 'utf8')) as Report) : [];
  const files = new Set(run.map(({ file }) => file));
  const notRun = testFiles(join(repository, 'test'))
    .map((path) => relative(repository, path))
    .filter((file) => !files.has(file))
    .flatMap((file) => fromSource(file, readFileSync(join(repository, file), 'utf8')));
  return [...run, ...notRun].filter(({ rows }) => rows.length > 0);
}

function fromReport(repository: string, { testResults }: Report): CoveringTest[] {
  return testResults.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, status }) => ({
      file: relative(repository, name),
      title: fullName,
      status: status === 'passed' ? 'passing' : status === 'failed' ? 'failing' : 'skipped',
      rows: namedRows(fullName),
    })),
  );
}

/** Tests of a file by the titles in its text. */
export function fromSource(file: string, source: string): CoveringTest[] {
  return [...source.matchAll(TITLE)].map(([, , title = '']) => ({ file, title, status: 'not run', rows: namedRows(title) }));
}

function testFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && /\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
