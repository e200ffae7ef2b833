/**
 * Encodings of films, each made once and kept: a file a track, named after what it was made from and how. Several that are
 * missing are made by one ffmpeg, and can be read while it writes.
 */
import { createHash } from 'node:crypto';
import { access, mkdir, rename, rm, utimes } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Cancel, Clock } from '../../../shared/sip/timing/clock.ts';
import type { Encoding } from '../ffmpeg/encodings.ts';
import { transcode, TranscodeError, type TranscodeOptions } from '../ffmpeg/transcode.ts';
import { evict } from './eviction.ts';
import { identify } from './identity.ts';
import { Lock } from './lock.ts';

/** To be raised when the encoder's settings change, so that older encodings are not taken for such as these. */
const VERSION = 1;
export const EXTENSION = '.webm';
const KEY_CHARACTERS = 12;
const MAX_NAME_CHARACTERS = 40;
/** How often it is looked whether another process is done. */
const POLL_MS = 500;

/** How far the encoder is. */
export interface Progress {
  /** Of the film. */
  readonly seconds: number;
  /** Milliseconds since it began. */
  readonly elapsedMs: number;
}

/** One encoding, there already or in the making. */
export interface CachedEncoding {
  readonly encoding: Encoding;
  /** Where it is once it is complete. */
  readonly final: string;
  /** Where its bytes are at this moment. */
  readonly file: string;
  readonly isComplete: boolean;
  /** Rejects with TranscodeError when it cannot be made. */
  readonly complete: Promise<void>;
}

export interface ObtainOptions {
  /** A file. */
  readonly input: string;
  readonly encodings: readonly Encoding[];
  /** See {@link TranscodeOptions.keepTimes}. */
  readonly keepTimes: boolean;
  readonly onProgress: (progress: Progress) => void;
}

export interface EncodingCacheOptions {
  readonly folder: string;
  readonly maxBytes: number;
  readonly ffmpeg: string;
  readonly clock: Clock;
  /** Says what operators should know, a line each. */
  readonly note: (message: string) => void;
  /** Hears of each encoding that is wanted whether it was there. */
  readonly onObtained?: (found: boolean) => void;
  /** The encoder; another one in tests. */
  readonly transcode?: (options: TranscodeOptions) => Promise<void>;
}

class Entry implements CachedEncoding {
  readonly encoding: Encoding;
  readonly final: string;
  isComplete = false;
  complete: Promise<void> = Promise.resolve();

  constructor(encoding: Encoding, final: string) {
    this.encoding = encoding;
    this.final = final;
  }

  get partial(): string {
    return `${this.final}.part`;
  }

  get lockFile(): string {
    return `${this.final}.lock`;
  }

  get file(): string {
    return this.isComplete ? this.final : this.partial;
  }
}

const exists = (file: string): Promise<boolean> => access(file).then(() => true, () => false);

export class EncodingCache {
  readonly #options: EncodingCacheOptions;
  readonly #abort = new AbortController();
  readonly #used = new Set<string>();
  readonly #running = new Set<Promise<unknown>>();

  constructor(options: EncodingCacheOptions) {
    this.#options = options;
  }

  /**
   * Finds encodings or begins to make them. Resolves as soon as it is known which is which; those that another process is making
   * are waited for first.
   * @throws what the file system says where the folder cannot be used
   */
  async obtain(options: ObtainOptions): Promise<CachedEncoding[]> {
    const { folder } = this.#options;
    await mkdir(folder, { recursive: true });
    const identity = await identify(options.input);
    const entries = options.encodings.map((encoding) => new Entry(encoding, join(folder, nameOf(options, identity, encoding))));
    const missing: { entry: Entry; lock: Lock }[] = [];
    for (const entry of entries) {
      this.#used.add(entry.final);
      const lock = await this.#lockOf(entry);
      this.#options.onObtained?.(lock === undefined);
      if (lock) missing.push({ entry, lock });
    }
    if (missing.length > 0) this.#make(options, missing);
    return entries;
  }

  /** Ends what is being made, and removes the parts of it. */
  async close(): Promise<void> {
    this.#abort.abort();
    await Promise.allSettled(this.#running);
  }

  /** @returns undefined when the entry is complete; else the right to make it */
  async #lockOf(entry: Entry): Promise<Lock | undefined> {
    const { clock, note } = this.#options;
    for (let waited = false; ; waited = true) {
      this.#abort.signal.throwIfAborted();
      if (await exists(entry.final)) {
        entry.isComplete = true;
        const now = new Date();
        await utimes(entry.final, now, now).catch(() => undefined);
        return undefined;
      }
      const lock = await Lock.take(entry.lockFile, clock);
      if (lock && !(await exists(entry.final))) return lock;
      await lock?.release();
      if (!waited) note(`Another streamer is encoding ${basename(entry.final)} already: waiting for it`);
      await this.#pause();
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      let cancel: Cancel = () => undefined;
      const over = () => {
        cancel();
        this.#abort.signal.removeEventListener('abort', over);
        resolve();
      };
      cancel = this.#options.clock.setTimeout(over, POLL_MS);
      this.#abort.signal.addEventListener('abort', over);
    });
  }

  #make(options: ObtainOptions, missing: readonly { entry: Entry; lock: Lock }[]): void {
    const made = this.#encode(options, missing.map(({ entry }) => entry)).finally(async () => {
      for (const { lock } of missing) await lock.release();
      this.#running.delete(made);
    });
    this.#running.add(made);
    for (const { entry } of missing) {
      entry.complete = made;
      entry.complete.catch(() => undefined); // heard by whoever reads it
    }
  }

  async #encode(options: ObtainOptions, entries: readonly Entry[]): Promise<void> {
    const { note, folder, maxBytes } = this.#options;
    try {
      await this.#encodeOnce(options, entries).catch(async (error: unknown) => {
        if (!(error instanceof TranscodeError) || error.fault !== 'killed' || this.#abort.signal.aborted) throw error;
        note(`${error.message} while it encoded ${options.input}: once more`);
        await this.#encodeOnce(options, entries);
      });
      for (const entry of entries) {
        await rename(entry.partial, entry.final);
        entry.isComplete = true;
      }
    } catch (error) {
      for (const entry of entries) await rm(entry.partial, { force: true });
      throw error;
    }
    const removed = await evict({ folder, extension: EXTENSION, maxBytes, keeps: (file) => this.#used.has(file) });
    if (removed.length > 0) note(`Removed from the cache, which is over its size: ${removed.map((file) => basename(file)).join(', ')}`);
  }

  #encodeOnce({ input, keepTimes, onProgress }: ObtainOptions, entries: readonly Entry[]): Promise<void> {
    const { ffmpeg, clock } = this.#options;
    const begun = clock.now();
    const outputs = entries.map((entry) => ({ encoding: entry.encoding, file: entry.partial }));
    const run = this.#options.transcode ?? transcode;
    return run({ ffmpeg, input, outputs, keepTimes, signal: this.#abort.signal, onProgress: (seconds) => onProgress({ seconds, elapsedMs: clock.now() - begun }) });
  }
}

function nameOf({ input, keepTimes }: ObtainOptions, identity: string, encoding: Encoding): string {
  const key = createHash('sha256').update(JSON.stringify([VERSION, keepTimes, encoding])).digest('hex').slice(0, KEY_CHARACTERS);
  const film = basename(input, extname(input)).replaceAll(/[^\p{L}\p{N}._-]+/gu, '_').slice(0, MAX_NAME_CHARACTERS);
  return `${film}-${identity}-${encoding.codec}-${key}${EXTENSION}`;
}
