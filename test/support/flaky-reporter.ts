/** Writes down which tests passed only when they were repeated: they are to be mended, and must not hide behind those that pass. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import type { Reporter, TestCase } from 'vitest/node';
import { repository } from './paths.ts';

const FILE = join(repository, 'test-output/flaky.json');

export default class FlakyReporter implements Reporter {
  readonly #flaky: { readonly test: string; readonly error: string }[] = [];

  onTestCaseResult(test: TestCase): void {
    if (test.diagnostic()?.flaky !== true) return;
    const error = test.result().errors?.[0]?.message ?? '';
    this.#flaky.push({ test: `${relative(repository, test.module.moduleId)}: ${test.fullName}`, error });
  }

  onTestRunEnd(): void {
    mkdirSync(dirname(FILE), { recursive: true });
    writeFileSync(FILE, JSON.stringify(this.#flaky, undefined, 2));
    for (const { test, error } of this.#flaky) process.stderr.write(`!! passed only at the second attempt: ${test}\n   ${error.split('\n')[0] ?? ''}\n`);
  }
}
