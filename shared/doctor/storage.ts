/** Where services keep files: whether it can be written, and how much room there is. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, statfs, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { failure, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const MEGABYTE = 1024 ** 2;
const GIGABYTE = 1024 ** 3;
/** Directory, accounts and keys find room in this. */
const LEAST_BYTES = 100 * MEGABYTE;
/** Encoded films want this. */
const ENOUGH_BYTES = 2 * GIGABYTE;

/** @param folder where data is kept; one that does not exist is made by the services where its parent lies */
export async function checkStorage(folder: string, room: (path: string) => Promise<number> = freeBytes): Promise<Finding> {
  const existing = nearest(resolve(folder));
  try {
    const probe = await mkdtemp(join(existing, '.sipcast-doctor-'));
    await writeFile(join(probe, 'probe'), 'x').finally(() => rm(probe, { recursive: true, force: true }));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return failure('storage', `${existing} cannot be written (${code ?? message})`, 'let the user that runs the services own it, or choose others by --directory, --database and --cache');
  }
  const free = await room(existing);
  const found = `${folder} can be written, and has room for ${(free / GIGABYTE).toFixed(1)} GB`;
  if (free < LEAST_BYTES) return failure('storage', found, 'make room: the directory and accounts cannot be kept without');
  return free < ENOUGH_BYTES ? warning('storage', found, 'films that have to be encoded want more, or another --cache') : ok('storage', found);
}

async function freeBytes(path: string): Promise<number> {
  const { bavail, bsize } = await statfs(path);
  return bavail * bsize;
}

function nearest(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearest(dirname(folder));
}
