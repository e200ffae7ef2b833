import { defineConfig } from 'vitest/config';

/** Whole-process and browser tests share two cores with what they start, hence the long limits. */
const SYSTEM_TEST_TIMEOUT_MS = 180_000;

function systemProject(name: string) {
  return {
    test: {
      name,
      include: [`test/${name}/**/*.test.ts`],
      testTimeout: SYSTEM_TEST_TIMEOUT_MS,
      hookTimeout: SYSTEM_TEST_TIMEOUT_MS,
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/unit/**/*.test.{ts,tsx}'], testTimeout: 20_000 } },
      systemProject('integration'),
      systemProject('interop'),
      systemProject('e2e'),
      systemProject('chaos'),
      systemProject('fuzz'),
    ],
  },
});
