import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, it } from 'vitest';
import { difference } from '../support/course/answers.ts';
import { COURSE, exercises } from '../support/course/exercises.ts';
import type { Asked } from '../support/course/exercises.ts';
import { repository } from '../support/paths.ts';
import { lacks } from '../support/tools/system-tools.ts';
import { queryFrames } from '../support/tshark/sharkd.ts';

const run = promisify(execFile);

const EXERCISES = exercises();
const QUESTIONS = EXERCISES.flatMap(({ file, questions }) => questions.map((question, index) => ({ name: `${file} ${index + 1}`, ...question })));
const CHECKS = QUESTIONS.flatMap(({ name, checks }) => checks.map((check, index) => ({ name: `${name} ${'abc'.charAt(index)}`, ...check })));

describe('the exercises of the course', () => {
  it('are at least ten, numbered without a gap, and all in the index in their order', () => {
    expect(EXERCISES.length).toBeGreaterThanOrEqual(10);
    expect(EXERCISES.map(({ title }) => Number.parseInt(title, 10))).toEqual(EXERCISES.map((_, index) => index + 1));
    const index = readFileSync(join(COURSE, 'README.md'), 'utf8');
    expect([...index.matchAll(/\((\d\d-[\w-]+\.md)\)/g)].map(([, file]) => file)).toEqual(EXERCISES.map(({ file }) => file));
  });

  it.each(EXERCISES)('$file says what one learns, by which RFC, and from which captures', ({ introduction, questions }) => {
    expect(introduction).toMatch(/^- \*\*You learn\*\* .*RFC \d{4} §/m);
    const opened = [...introduction.matchAll(/\]\(\.\.\/\.\.\/(captures\/[\w-]+\.pcapng)\)/g)].map(([, file = '']) => file);
    const used = questions.flatMap(({ checks }) => checks.map(({ command, asks }) => asks?.file ?? command));
    expect([...new Set(used)].sort()).toEqual([...opened].sort());
    expect(opened.filter((file) => !existsSync(join(repository, file)))).toEqual([]);
  });

  it.each(QUESTIONS)('$name has a hint, and an answer that can be checked', ({ hint, checks }) => {
    expect(hint).toBeDefined();
    expect(checks.length).toBeGreaterThan(0);
    expect(checks.filter(({ asks }) => asks === undefined)).toEqual([]);
  });
});

describe.skipIf(lacks('tshark'))('over the committed captures', () => {
  const printed = new Map<Asked, string[]>();

  // A process for each command would take longer than all other tests of captures together.
  beforeAll(async () => {
    const all = CHECKS.flatMap(({ asks }) => asks ?? []);
    for (const file of new Set(all.map((asks) => asks.file))) {
      const list = all.filter((asks) => asks.file === file);
      const answers = await queryFrames(join(repository, file), list);
      for (const [index, asks] of list.entries()) {
        const lines = answers[index]?.map((values) => values.join('\t')) ?? [];
        printed.set(asks, asks.sorted ? lines.sort() : lines);
      }
    }
  });

  it.each(CHECKS)('Wireshark answers $name as the course says (seed 4.21)', ({ command, asks, answer }) => {
    const lines = (asks && printed.get(asks)) ?? [];
    expect(difference(answer, lines), `${command}\n${lines.join('\n')}`).toBeUndefined();
  });

  it.each([false, true])('tshark prints the same when such a command is typed as it stands (sorted: %s)', async (sorted) => {
    const { command = '', asks } = CHECKS.find((check) => check.asks?.sorted === sorted) ?? {};
    const { stdout } = await run('/bin/sh', ['-c', command], { cwd: repository });
    expect(stdout.split('\n').slice(0, -1)).toEqual(asks && printed.get(asks));
  });
});
