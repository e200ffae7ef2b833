/** Folders that tests use, found from here wherever the repository lies and also from dist/. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { packageFolder } from '../../shared/cli/version.ts';

export const repository = packageFolder();

/** Compiled code: what users run is what system tests run. */
export const dist = join(repository, 'dist');

/** A new empty folder, and what removes it. */
export function scratchFolder(purpose: string): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), `sipcast-${purpose}-`));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
