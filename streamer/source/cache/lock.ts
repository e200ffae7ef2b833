/**
 * A lock between processes, as a file that its owner keeps fresh. One whose owner is gone, or has not touched it for long, is
 * taken over.
 */
import { randomBytes } from 'node:crypto';
import { link, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import type { Cancel, Clock } from '../../../shared/sip/timing/clock.ts';

const REFRESH_MS = 5_000;
/** An owner on another machine cannot be asked whether it lives. */
const STALE_MS = 60_000;

interface Owner {
  readonly pid: number;
  readonly host: string;
  readonly token: string;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function readOwner(text: string): Owner | undefined {
  try {
    const { pid, host, token } = JSON.parse(text) as Partial<Owner>;
    return typeof pid === 'number' && typeof host === 'string' && typeof token === 'string' ? { pid, host, token } : undefined;
  } catch {
    return undefined;
  }
}

export class Lock {
  readonly #file: string;
  readonly #clock: Clock;
  #cancel: Cancel;

  private constructor(file: string, clock: Clock) {
    this.#file = file;
    this.#clock = clock;
    this.#cancel = clock.setTimeout(() => this.#refresh(), REFRESH_MS);
  }

  /**
   * @param token different for each lock ever taken
   * @returns undefined while another holds it
   * @throws what the file system says where no file can be made
   */
  static async take(file: string, clock: Clock, token = randomBytes(8).toString('hex')): Promise<Lock | undefined> {
    const owner: Owner = { pid: process.pid, host: hostname(), token };
    for (let tries = 0; tries < 2; tries++) {
      try {
        await writeFile(file, JSON.stringify(owner), { flag: 'wx' });
        return new Lock(file, clock);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      if (!(await clearStale(file))) return undefined;
    }
    return undefined;
  }

  async release(): Promise<void> {
    this.#cancel();
    await rm(this.#file, { force: true });
  }

  #refresh(): void {
    const now = new Date();
    void utimes(this.#file, now, now).catch(() => undefined);
    this.#cancel = this.#clock.setTimeout(() => this.#refresh(), REFRESH_MS);
  }
}

/** @returns whether the way is free now */
async function clearStale(file: string): Promise<boolean> {
  const text = await readFile(file, 'utf8').catch(() => undefined);
  const touched = await stat(file).catch(() => undefined);
  if (text === undefined || !touched) return true;
  const owner = readOwner(text);
  const dead = owner?.host === hostname() && !isAlive(owner.pid);
  if (!dead && Date.now() - touched.mtimeMs < STALE_MS) return false;
  const aside = `${file}.${randomBytes(4).toString('hex')}`;
  const moved = await rename(file, aside).then(() => true, () => false);
  if (!moved) return true;
  // Another may have cleared it first and taken it anew: then what was moved is his, and goes back.
  const stolen = (await readFile(aside, 'utf8')) !== text;
  if (stolen) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
  return !stolen;
}
