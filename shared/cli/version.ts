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

let version: string | undefined;

/** Read once. */
export function packageVersion(): string {
  return (version ??= readPackage(packageFolder())?.version ?? 'unknown');
}

/** The range of Node versions that package.json asks for, such as `>=20.19`. */
export function supportedNode(): string {
  return readPackage(packageFolder())?.engines?.node ?? '';
}

interface Package {
  name?: string;
  version?: string;
  engines?: { node?: string };
}

function readPackage(folder: string): Package | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Package;
  } catch {
    return undefined;
  }
}
