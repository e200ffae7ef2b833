/** Sees to it that the system tools are there: installs them where that is possible, else says loudly which are missing. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { findTool, lacksRoot, SYSTEM_TOOLS } from './system-tools.ts';
import type { ToolName } from './system-tools.ts';

const UPDATE_LIMIT_MS = 120_000;
const INSTALL_LIMIT_MS = 480_000;

/**
 * Installs what is missing (root on Debian only). What is still missing afterwards is named on standard error, and tests
 * that need it are skipped; with CI set in the environment it is an error instead.
 */
export function installMissingTools(): void {
  const missing = missingTools();
  if (missing.length === 0) return;
  const failure = canInstall() ? install(missing) : 'tools are installed only for root on Debian';
  const left = missingTools();
  if (left.length === 0) return;
  const packages = left.map((name) => SYSTEM_TOOLS[name].debianPackage).join(' ');
  const text = `missing: ${left.join(', ')} (${failure ?? 'the installation did not bring them'}); apt-get install ${packages}`;
  if (process.env['CI'] !== undefined && process.env['CI'] !== 'false') throw new Error(text);
  process.stderr.write(`\n!! ${text}\n!! the tests that need them are SKIPPED\n\n`);
}

function missingTools(): ToolName[] {
  return (Object.keys(SYSTEM_TOOLS) as ToolName[]).filter((name) => findTool(name) === undefined);
}

function canInstall(): boolean {
  return !lacksRoot() && existsSync('/etc/debian_version') && existsSync('/usr/bin/apt-get');
}

/** Undefined when all went well, else what failed. */
function install(names: ToolName[]): string | undefined {
  const packages = names.map((name) => SYSTEM_TOOLS[name].debianPackage);
  process.stderr.write(`installing ${packages.join(' ')} …\n`);
  return aptGet(['update'], UPDATE_LIMIT_MS) ?? aptGet(['install', '-y', '--no-install-recommends', ...packages], INSTALL_LIMIT_MS);
}

function aptGet(args: string[], timeout: number): string | undefined {
  const { status, stderr, error } = spawnSync('/usr/bin/apt-get', args, {
    timeout,
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  });
  if (status === 0) return undefined;
  return error?.message ?? `apt-get ${args[0] ?? ''} ended with ${status ?? 'a signal'}: ${stderr.trim().split('\n').at(-1) ?? ''}`;
}
