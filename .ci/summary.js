/** Prints what failed in a run and the line that sums it up, from vitest's JSON report and the names of the steps that failed. */
import { existsSync, readFileSync } from 'node:fs';

const [reportFile, ...failedSteps] = process.argv.slice(2);
const report = existsSync(reportFile) ? JSON.parse(readFileSync(reportFile, 'utf8')) : undefined;

const passed = report?.numPassedTests ?? 0;
const skipped = (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0);
const failedTests = report?.numFailedTests ?? 0;
/** Files that could not even be loaded have no failing test in them. */
const brokenFiles = (report?.testResults ?? []).filter(
  ({ status, assertionResults }) => status === 'failed' && !assertionResults.some((test) => test.status === 'failed'),
).length;
const otherSteps = failedSteps.filter((step) => !step.includes('vitest') || (failedTests === 0 && brokenFiles === 0));
const failed = failedTests + brokenFiles + otherSteps.length;

/** Of a failure's text: enough to tell what was expected and what came. */
const MESSAGE_CHARACTERS = 1500;
for (const { name, status, message, assertionResults } of report?.testResults ?? []) {
  if (status !== 'failed') continue;
  const failures = assertionResults.filter((test) => test.status === 'failed');
  if (failures.length === 0) console.log(`✗ ${name}\n${message.slice(0, MESSAGE_CHARACTERS)}`);
  for (const { fullName, failureMessages } of failures)
    console.log(`✗ ${name}: ${fullName}\n${failureMessages.join('\n').slice(0, MESSAGE_CHARACTERS)}`);
}
const flakyFile = new URL('../test-output/flaky.json', import.meta.url);
for (const { test, error } of existsSync(flakyFile) ? JSON.parse(readFileSync(flakyFile, 'utf8')) : []) {
  console.log(`passed only at the second attempt: ${test}\n${error.slice(0, MESSAGE_CHARACTERS)}`);
}
for (const step of failedSteps) console.log(`failed: ${step}`);
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
process.exitCode = failed > 0 || passed === 0 ? 1 : 0;
