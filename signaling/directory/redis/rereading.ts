/** Reads keys anew that the engine has told of: many at once, and none twice at a time. */

import { LinkLostError } from './link.ts';
import type { Link } from './link.ts';

/** Keys in one command: some hundred kilobytes of answer. */
const BATCH = 256;

export interface RereadingOptions {
  readonly link: Link;
  /** What stands under these keys now, in their order; undefined for nothing. Called for all keys of a change at once. */
  readonly onRead: (keys: readonly string[], texts: readonly (string | undefined)[]) => void;
}

export class Rereading {
  readonly #options: RereadingOptions;
  #keys = new Set<string>();
  #running: Promise<void> | undefined;

  constructor(options: RereadingOptions) {
    this.#options = options;
  }

  add(key: string): void {
    this.#keys.add(key);
    this.#start();
  }

  /** Resolves when these keys, and all that the engine has told of before, are read; or the connection has ended. */
  async reread(keys: readonly string[]): Promise<void> {
    const { link } = this.#options;
    try {
      // What was changed before this is answered, we are told of before it is answered.
      await link.command('PING');
    } catch (error) {
      if (error instanceof LinkLostError) return;
      throw error;
    }
    for (const key of keys) this.#keys.add(key);
    this.#start();
    await this.#running;
  }

  #start(): void {
    this.#running ??= this.#run().finally(() => (this.#running = undefined));
  }

  async #run(): Promise<void> {
    // All that one message of the engine names is read at once.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#keys.size > 0 && !this.#options.link.over) {
      const keys = [...this.#keys];
      this.#keys = new Set();
      const texts = await this.#read(keys);
      if (texts) this.#options.onRead(keys, texts);
    }
  }

  async #read(keys: readonly string[]): Promise<(string | undefined)[] | undefined> {
    try {
      return await readKeys(this.#options.link, keys);
    } catch (error) {
      if (!(error instanceof LinkLostError)) this.#options.link.close(error instanceof Error ? error : new Error(String(error)));
      return undefined;
    }
  }
}

/** What stands under these keys, in their order; undefined for nothing. @throws as Link.command */
export async function readKeys(link: Link, keys: readonly string[]): Promise<(string | undefined)[]> {
  const batches: Promise<unknown>[] = [];
  for (let start = 0; start < keys.length; start += BATCH) batches.push(link.command('MGET', ...keys.slice(start, start + BATCH)));
  const answers = await Promise.all(batches);
  return answers.flatMap((answer): unknown[] => (Array.isArray(answer) ? answer : [])).map((text: unknown) => (typeof text === 'string' ? text : undefined));
}
