/** The directory as one XML file in the seeds' schema, kept in memory and written whole by group commit. */

import { systemClock } from '../../../shared/sip/timing/clock.ts';
import type { Clock } from '../../../shared/sip/timing/clock.ts';
import { DirectoryOpenError, DirectoryWriteError } from '../directory.ts';
import type { Directory } from '../directory.ts';
import type { Session, StoredSubscription, Streamer } from '../entries.ts';
import { CommittedTable } from './committed-table.ts';
import { ExclusiveUse } from './exclusive.ts';
import { sessionFragment, streamerFragment, subscriptionFragment } from './fragments.ts';
import { GroupCommit } from './group-commit.ts';
import { ReplacedFile } from './replaced-file.ts';
import { readDirectory } from './reader.ts';
import type { DirectoryContents } from './reader.ts';
import { XmlSyntaxError } from './tree.ts';

/** Lazy changes are written after this long, ms. */
const DEFAULT_LAZY_MS = 1000;
/** A larger file is not ours: 10,000 streamers and the sessions that we keep come to some 20 MB. */
const DEFAULT_MAX_FILE_BYTES = 256 * 1024 * 1024;

const HEAD = Buffer.from('<?xml version="1.0" encoding="UTF-8"?>\n<data-base>\n  <streamers>\n');
const BETWEEN_STREAMERS_AND_SESSIONS = Buffer.from('  </streamers>\n  <sessions>\n');
const BETWEEN_SESSIONS_AND_SUBSCRIPTIONS = Buffer.from('  </sessions>\n  <subscriptions>\n');
const TAIL = Buffer.from('  </subscriptions>\n</data-base>\n');

export interface XmlDirectoryOptions {
  /** Made, with its folder, where it is missing. */
  readonly path: string;
  readonly clock?: Clock;
  /** Wall clock in ms since 1970, for the name of a file that is set aside. */
  readonly wallClock?: () => number;
  readonly lazyMs?: number;
  readonly maxFileBytes?: number;
  /** Refuse to open what another process has opened so. */
  readonly exclusive?: boolean;
  /** Hears of what an operator should know: a file set aside, writes that fail, and that they work again. */
  readonly report?: (report: DirectoryReport) => void;
  /** Hears of each write: how long it took, ms, and whether what was written is durable. */
  readonly onWrite?: ((milliseconds: number, succeeded: boolean) => void) | undefined;
}

export type DirectoryReport =
  | { readonly kind: 'set-aside'; readonly path: string; readonly reason: string }
  | { readonly kind: 'write-failed'; readonly error: unknown }
  | { readonly kind: 'write-recovered' };

export class XmlDirectory implements Directory {
  readonly streamers: CommittedTable<Streamer>;
  readonly sessions: CommittedTable<Session>;
  readonly subscriptions: CommittedTable<StoredSubscription>;
  readonly #file: ReplacedFile;
  readonly #commit: GroupCommit;
  readonly #report: (report: DirectoryReport) => void;
  readonly #onWrite: (milliseconds: number, succeeded: boolean) => void;
  readonly #clock: Clock;
  #use: ExclusiveUse | undefined;
  #failing = false;
  #closed = false;

  private constructor(file: ReplacedFile, options: XmlDirectoryOptions) {
    this.#file = file;
    this.#report = options.report ?? (() => undefined);
    this.#onWrite = options.onWrite ?? (() => undefined);
    this.#clock = options.clock ?? systemClock;
    this.#commit = new GroupCommit({
      clock: this.#clock,
      lazyMs: options.lazyMs ?? DEFAULT_LAZY_MS,
      write: () => this.#write(),
      // Already reported by #write, which sees every failure.
      onLazyFailure: () => undefined,
    });
    const committer = { now: () => this.#commitNow(), later: () => this.#commit.later() };
    this.streamers = new CommittedTable((streamer) => streamer.name, streamerFragment, committer);
    this.sessions = new CommittedTable((session) => session.id, sessionFragment, committer);
    this.subscriptions = new CommittedTable((subscription) => subscription.id, subscriptionFragment, committer);
  }

  /**
   * Opens the file, or begins a new one where it is missing or no directory; then it was set aside as `<path>.corrupt-<time>`.
   * @throws DirectoryOpenError when it can be neither read nor written
   */
  static async open(options: XmlDirectoryOptions): Promise<XmlDirectory> {
    try {
      const file = await ReplacedFile.at(options.path);
      const directory = new XmlDirectory(file, options);
      if (options.exclusive === true) directory.#use = await ExclusiveUse.of(file.path);
      const contents = await directory.#read(options);
      if (contents) directory.#load(contents);
      // A file that cannot be written had better be found out now than at the first REGISTER.
      if (!contents || contents.rejected.length > 0) await directory.flush();
      return directory;
    } catch (cause) {
      throw new DirectoryOpenError(`cannot open the directory ${options.path}: ${messageOf(cause)}`, { cause });
    }
  }

  /** Whether the latest write succeeded; one that failed is tried again by itself. */
  get writable(): boolean {
    return !this.#failing;
  }

  /** Whether the file is there, and its bytes can be had. */
  readable(): Promise<boolean> {
    return this.#file.readable();
  }

  async flush(): Promise<void> {
    await this.#commitNow();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.#commitNow();
    } finally {
      this.#closed = true;
      await this.#commit.stop();
      await this.#use?.end();
    }
  }

  async #commitNow(): Promise<void> {
    if (this.#closed) throw new DirectoryWriteError(`the directory ${this.#file.path} is closed`);
    try {
      await this.#commit.now();
    } catch (cause) {
      throw new DirectoryWriteError(`cannot write the directory ${this.#file.path}: ${messageOf(cause)}`, { cause });
    }
  }

  async #read(options: XmlDirectoryOptions): Promise<DirectoryContents | undefined> {
    const maxFileBytes = options.maxFileBytes ?? DEFAULT_MAX_FILE_BYTES;
    const bytes = await this.#file.read(maxFileBytes);
    if (bytes === undefined) return undefined;
    try {
      if (bytes === 'too-large') throw new XmlSyntaxError(`it is larger than ${maxFileBytes} bytes`);
      const contents = readDirectory(decodeUtf8(bytes));
      if (contents.rejected.length > 0) {
        await this.#setAside(options, `${contents.rejected.length} of its entries make no sense, first ${contents.rejected[0] ?? ''}`);
      }
      return contents;
    } catch (error) {
      if (!(error instanceof XmlSyntaxError)) throw error;
      await this.#setAside(options, error.message);
      return undefined;
    }
  }

  async #setAside(options: XmlDirectoryOptions, reason: string): Promise<void> {
    const time = new Date((options.wallClock ?? Date.now)()).toISOString().replace(/[:.]/g, '-');
    this.#report({ kind: 'set-aside', path: await this.#file.setAside(`corrupt-${time}`), reason });
  }

  #load(contents: DirectoryContents): void {
    this.streamers.load(contents.streamers);
    this.sessions.load(contents.sessions);
    this.subscriptions.load(contents.subscriptions);
  }

  async #write(): Promise<void> {
    const tables = [this.streamers, this.sessions, this.subscriptions];
    const contents = [
      HEAD,
      ...this.streamers.snapshot(),
      BETWEEN_STREAMERS_AND_SESSIONS,
      ...this.sessions.snapshot(),
      BETWEEN_SESSIONS_AND_SUBSCRIPTIONS,
      ...this.subscriptions.snapshot(),
      TAIL,
    ];
    const begun = this.#clock.now();
    try {
      await this.#file.replace(contents);
      this.#onWrite(this.#clock.now() - begun, true);
    } catch (error) {
      this.#onWrite(this.#clock.now() - begun, false);
      for (const table of tables) table.failed();
      if (!this.#failing) this.#report({ kind: 'write-failed', error });
      this.#failing = true;
      throw error;
    }
    for (const table of tables) table.written();
    if (this.#failing) this.#report({ kind: 'write-recovered' });
    this.#failing = false;
  }
}

function decodeUtf8(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new XmlSyntaxError('it is not UTF-8 text', { cause });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
