/** Keeps a folder of encodings below a size by removing those that were not used for the longest time. */
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface EvictionOptions {
  readonly folder: string;
  readonly extension: string;
  readonly maxBytes: number;
  /** Whether a file is in use, and must stay. */
  readonly keeps: (file: string) => boolean;
}

interface KeptFile {
  readonly file: string;
  readonly bytes: number;
  /** Milliseconds since 1970. */
  readonly used: number;
}

/** @throws what the file system says where there is no such folder */
async function keptFiles(folder: string, extension: string): Promise<KeptFile[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(extension));
  const found = await Promise.all(
    names.map(async (name) => {
      const file = join(folder, name);
      const info = await stat(file).catch(() => undefined);
      return info ? [{ file, bytes: info.size, used: info.mtimeMs }] : [];
    }),
  );
  return found.flat();
}

/** What all of them take, bytes; nothing where there is no such folder. */
export async function keptBytes(folder: string, extension: string): Promise<number> {
  const files = await keptFiles(folder, extension).catch(() => []);
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** @returns the files that were removed */
export async function evict({ folder, extension, maxBytes, keeps }: EvictionOptions): Promise<string[]> {
  const files = (await keptFiles(folder, extension)).sort((a, b) => a.used - b.used);
  let bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const removed: string[] = [];
  for (const { file, bytes: size } of files) {
    if (bytes <= maxBytes) break;
    if (keeps(file)) continue;
    await rm(file, { force: true });
    removed.push(file);
    bytes -= size;
  }
  return removed;
}
