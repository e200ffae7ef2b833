/**
 * A file that is only ever replaced whole: written beside itself, synced, renamed over, and its directory synced. Whenever the process
 * or the machine dies, what stands under its name is one complete version, and once `replace` has resolved it is the new one.
 */

import { access, constants, mkdir, open, readFile, realpath, rename, stat } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

/** The owner's alone: offers and answers carry keys of media sessions. */
const FILE_MODE = 0o600;
/** Buffers handed to one writev. */
const WRITE_BATCH = 512;

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

export class ReplacedFile {
  readonly path: string;
  readonly #temporary: string;
  readonly #folder: string;

  private constructor(path: string) {
    this.path = path;
    this.#folder = dirname(path);
    this.#temporary = join(this.#folder, `${basename(path)}.tmp`);
  }

  /** Makes the folder where it is missing, and follows a symbolic link so that what it points to is replaced, not the link. */
  static async at(path: string): Promise<ReplacedFile> {
    await mkdir(dirname(path), { recursive: true });
    try {
      return new ReplacedFile(await realpath(path));
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      return new ReplacedFile(resolve(path));
    }
  }

  /** @returns the file's bytes; undefined where there is none; 'too-large' unread */
  async read(maxBytes: number): Promise<Buffer | undefined | 'too-large'> {
    try {
      const { size } = await stat(this.path);
      return size > maxBytes ? 'too-large' : await readFile(this.path);
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return undefined;
      throw error;
    }
  }

  /** Whether it is there and may be read. */
  readable(): Promise<boolean> {
    return access(this.path, constants.R_OK).then(
      () => true,
      () => false,
    );
  }

  /** Gives the file another name. @returns its new path */
  async setAside(suffix: string): Promise<string> {
    const path = `${this.path}.${suffix}`;
    await rename(this.path, path);
    return path;
  }

  /** Replaces the contents durably. @throws the file system's error; the file is then as it was, or already new but perhaps not synced */
  async replace(contents: readonly Buffer[]): Promise<void> {
    const file = await this.#openTemporary();
    try {
      await writeAll(file, contents);
      await file.datasync();
    } finally {
      await file.close();
    }
    await rename(this.#temporary, this.path);
    const folder = await open(this.#folder, 'r');
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
  }

  async #openTemporary(): Promise<FileHandle> {
    try {
      return await open(this.#temporary, 'w', FILE_MODE);
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
      // Somebody removed the folder while we ran.
      await mkdir(this.#folder, { recursive: true });
      return open(this.#temporary, 'w', FILE_MODE);
    }
  }
}

/** Writes every byte: a nearly full disk takes a part first and only then reports that it is full. */
async function writeAll(file: FileHandle, contents: readonly Buffer[]): Promise<void> {
  for (let start = 0; start < contents.length; start += WRITE_BATCH) {
    let batch = contents.slice(start, start + WRITE_BATCH);
    while (batch.length > 0) {
      const { bytesWritten } = await file.writev(batch);
      batch = withoutFirst(batch, bytesWritten);
    }
  }
}

function withoutFirst(buffers: readonly Buffer[], bytes: number): Buffer[] {
  let skip = bytes;
  const rest: Buffer[] = [];
  for (const buffer of buffers) {
    if (skip >= buffer.length) {
      skip -= buffer.length;
    } else {
      rest.push(skip === 0 ? buffer : buffer.subarray(skip));
      skip = 0;
    }
  }
  return rest;
}
