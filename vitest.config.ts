import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Whole-process and browser tests share the cores with what they start, hence the long limits. */
const SYSTEM_TEST_TIMEOUT_MS = 180_000;

/** Tests of processes wait for timers of SIP most of the time: this many files at once keep two cores busy. */
const PROCESS_TEST_WORKERS = 4;
/** Those that load the services need a core each. */
const CHAOS_WORKERS = 2;
/** A page waits for timers and for others most of the time: two files at once keep two cores busy. */
const BROWSER_TEST_WORKERS = 2;
/** These decode pictures all the time, and judge how smoothly: one at a time, and nothing beside it. */
const MEDIA_TESTS = ['quality', 'forwarding', 'films', 'vod', 'room', 'relay'].map((name) => `test/e2e/${name}.test.ts`);
/** Of tests of processes and browsers on a machine that others use too; whichever needed it is named at the end. */
const RETRIES = 1;

/** One project after the other, for they share the cores with what they start; how many files of one run side by side depends on what that is. */
function systemProject(name: string, groupOrder: number, { maxWorkers = 1, include = [`test/${name}/**/*.test.ts`], exclude = [] as string[] } = {}) {
  return {
    test: {
      name,
      include,
      exclude,
      retry: RETRIES,
      globalSetup: 'test/support/system-setup.ts',
      maxWorkers,
      fileParallelism: maxWorkers > 1,
      sequence: { groupOrder },
      testTimeout: SYSTEM_TEST_TIMEOUT_MS,
      hookTimeout: SYSTEM_TEST_TIMEOUT_MS,
    },
  };
}

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: 'test-output/results.json' }], './test/support/flaky-reporter.ts'],
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.{ts,tsx}'],
          testTimeout: 20_000,
          maxWorkers: Math.min(4, availableParallelism()),
          sequence: { groupOrder: 0 },
        },
      },
      systemProject('fuzz', 1),
      ...['integration', 'interop'].map((name) => systemProject(name, 2, { maxWorkers: PROCESS_TEST_WORKERS })),
      systemProject('chaos', 3, { maxWorkers: CHAOS_WORKERS }),
      systemProject('e2e', 4, { maxWorkers: BROWSER_TEST_WORKERS, exclude: MEDIA_TESTS }),
      systemProject('e2e-media', 5, { include: MEDIA_TESTS }),
    ],
  },
});
