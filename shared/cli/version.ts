/** The version of this package, read from its package.json wherever the code runs from (source or dist). */
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder that holds package.json, data/ and captures/. */
export function packageFolder(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  for (;;) {
    if (readPackage(folder)?.name === 'sipcast') return folder;
    const parent = dirname(folder);
    if (parent === folder) throw new Error('package.json of sipcast is in no folder above this module: reinstall the package');
    folder = parent;
  }
}

export function packageVersion(): string {
  return readPackage(packageFolder())?.version ?? 'unknown';
}

function readPackage(folder: string): { name?: string; version?: string } | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name?: string; version?: string };
  } catch {
    return undefined;
  }
}
