import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

/** Whole-process and browser tests share the cores with what they start, hence the long limits. */
const SYSTEM_TEST_TIMEOUT_MS = 180_000;

/** One file at a time, one project after the other: two browsers and three services fill two cores. */
function systemProject(name: string, groupOrder: number) {
  return {
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      globalSetup: 'test/support/system-setup.ts',
      fileParallelism: false,
      sequence: { groupOrder },
      testTimeout: SYSTEM_TEST_TIMEOUT_MS,
      hookTimeout: SYSTEM_TEST_TIMEOUT_MS,
    },
  };
}

export default defineConfig({
  test: {
    reporters: ['default', ['json', { outputFile: 'test-output/results.json' }]],
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
      systemProject('integration', 2),
      systemProject('interop', 3),
      systemProject('chaos', 4),
      systemProject('e2e', 5),
    ],
  },
});
