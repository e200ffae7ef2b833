/** Runs once before the system tests (vitest's globalSetup): services and tools compiled, the page built, the tools installed. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from './paths.ts';
import { installMissingTools } from './tools/install-tools.ts';

/** Set once it was done: each project of one run names this setup. */
const DONE = 'SIPCAST_TEST_SETUP_DONE';

export default function setup(): void {
  if (process.env[DONE] !== undefined) return;
  installMissingTools();
  npmRun('build:services');
  npmRun('build:tools');
  if (!existsSync(join(repository, 'dist/front/public/index.html'))) npmRun('build:page');
  process.env[DONE] = '1';
}

function npmRun(script: string): void {
  const { status, stdout, stderr } = spawnSync('npm', ['run', '--silent', script], { cwd: repository, encoding: 'utf8' });
  if (status !== 0) throw new Error(`npm run ${script} failed:\n${stdout}${stderr}`);
}
