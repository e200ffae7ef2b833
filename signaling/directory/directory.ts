/**
 * The directory: who is registered, who calls whom, and who wants to hear of it. The one interface through which the daemon reaches its
 * durable state; every implementation passes the conformance suite beside its tests.
 */

import type { Address } from '../../shared/sip/transport/transport.ts';
import type { Session, StoredSubscription, Streamer } from './entries.ts';

/**
 * Entries by key. Reading is immediate and sees every change at once, also one that is not durable yet; entries are immutable and
 * replaced whole.
 */
export interface Table<T> {
  readonly size: number;
  get(key: string): T | undefined;
  values(): IterableIterator<T>;
  /**
   * Stores or replaces an entry.
   * @returns a promise that resolves when the change is durable
   * @throws DirectoryWriteError (as rejection) when it could not be made durable; the table then holds what it held before
   */
  put(entry: T): Promise<void>;
  /** Stores or replaces an entry that need not be acknowledged: durable within moments, retried for as long as it takes. */
  putLazily(entry: T): void;
  /** Removes an entry, durably as `put`; a missing one is no error. */
  delete(key: string): Promise<void>;
  deleteLazily(key: string): void;
}

/** What happened to one entry: `before` is undefined for a new one, `after` for one that is gone. */
export interface Change<T> {
  readonly before: T | undefined;
  readonly after: T | undefined;
}

export type ChangeListener<T> = (change: Change<T>) => void;

export interface ObservableTable<T> extends Table<T> {
  /** Calls `listener` after each change, also one that is taken back because it could not be made durable. @returns its removal */
  onChange(listener: ChangeListener<T>): () => void;
}

/** The daemons that share a directory. */
export interface Peers {
  /** Whether one of them is reached there, or was lately: what is addressed to it is for any of them. */
  has(address: Address): boolean;
}

export interface Directory {
  /** By name. */
  readonly streamers: ObservableTable<Streamer>;
  /** By id, see `sessionId`. */
  readonly sessions: ObservableTable<Session>;
  /** By id. */
  readonly subscriptions: ObservableTable<StoredSubscription>;
  /** Undefined where the directory is one daemon's alone. Where it is not, others keep it true while this one is away. */
  readonly peers?: Peers;
  /** Resolves when all that was changed before is durable. @throws DirectoryWriteError */
  flush(): Promise<void>;
  /** Flushes and lets go; later changes are errors. @throws DirectoryWriteError */
  close(): Promise<void>;
}

/** A change could not be made durable, and nothing was acknowledged. */
export class DirectoryWriteError extends Error {
  override name = 'DirectoryWriteError';
}

/** Another daemon has changed the same name first; the table holds what it made of it. Nothing was acknowledged. */
export class DirectoryConflictError extends DirectoryWriteError {
  override name = 'DirectoryConflictError';
}

/** The directory cannot be opened at all, and trying again without help is of no use. */
export class DirectoryOpenError extends Error {
  override name = 'DirectoryOpenError';
}
