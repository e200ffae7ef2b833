/** The findings as text, one line each, or as JSON. */
import type { Finding, Severity } from './finding.ts';

const SEVERITY_WIDTH = 'failure'.length;
const CHECK_WIDTH = 14;

export function countOf(findings: readonly Finding[], severity: Severity): number {
  return findings.filter((finding) => finding.severity === severity).length;
}

export function asText(findings: readonly Finding[]): string {
  const lines = findings.map(({ check, severity, found, advice }) => `${severity.padEnd(SEVERITY_WIDTH)}  ${check.padEnd(CHECK_WIDTH)}  ${sentences(found, advice)}`);
  const [failures, warnings] = [countOf(findings, 'failure'), countOf(findings, 'warning')];
  return [...lines, `${findings.length} checks: ${plural(failures, 'failure')}, ${plural(warnings, 'warning')}`, ''].join('\n');
}

export function asJson(findings: readonly Finding[], version: string): string {
  const report = { version, failures: countOf(findings, 'failure'), warnings: countOf(findings, 'warning'), findings };
  return `${JSON.stringify(report, undefined, 2)}\n`;
}

/** On one line, whatever others have said. */
function sentences(found: string, advice: string | undefined): string {
  return (advice === undefined ? found : `${found}: ${advice}`).replaceAll(/\s+/g, ' ');
}

function plural(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
