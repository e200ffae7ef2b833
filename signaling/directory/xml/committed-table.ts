/**
 * A table whose changes are visible at once and durable after the next write. What a failed write should have made durable for
 * somebody who waits is taken back; what nobody waits for stays, and goes into the next write.
 */

import type { ChangeListener, ObservableTable } from '../directory.ts';
import { MemoryTable } from '../memory-table.ts';
import { BlockedSection } from './blocks.ts';
import type { FragmentWriter } from './fragments.ts';

/** When to write: see GroupCommit. */
export interface Committer {
  now(): Promise<void>;
  later(): void;
}

interface Pending<T> {
  /** What the file holds. */
  readonly durable: T | undefined;
  awaited: boolean;
}

export class CommittedTable<T extends object> implements ObservableTable<T> {
  readonly #memory = new MemoryTable<T>();
  readonly #section: BlockedSection;
  readonly #keyOf: (entry: T) => string;
  readonly #committer: Committer;
  /** Changed since the last snapshot. */
  #pending = new Map<string, Pending<T>>();
  /** Being written. */
  #inFlight = new Map<string, Pending<T>>();

  constructor(keyOf: (entry: T) => string, writeFragment: FragmentWriter<T>, committer: Committer) {
    this.#keyOf = keyOf;
    this.#committer = committer;
    this.#section = new BlockedSection((key) => {
      const entry = this.#memory.get(key);
      return entry ? writeFragment(entry) : '';
    });
  }

  get size(): number {
    return this.#memory.size;
  }

  get(key: string): T | undefined {
    return this.#memory.get(key);
  }

  values(): IterableIterator<T> {
    return this.#memory.values();
  }

  onChange(listener: ChangeListener<T>): () => void {
    return this.#memory.onChange(listener);
  }

  put(entry: T): Promise<void> {
    this.#change(this.#keyOf(entry), entry, true);
    return this.#committer.now();
  }

  putLazily(entry: T): void {
    this.#change(this.#keyOf(entry), entry, false);
    this.#committer.later();
  }

  async delete(key: string): Promise<void> {
    if (!this.#memory.get(key) && !this.#pending.has(key) && !this.#inFlight.has(key)) return;
    this.#change(key, undefined, true);
    await this.#committer.now();
  }

  deleteLazily(key: string): void {
    if (!this.#memory.get(key)) return;
    this.#change(key, undefined, false);
    this.#committer.later();
  }

  /** Takes in what the file holds already. */
  load(entries: Iterable<T>): void {
    for (const entry of entries) this.#set(this.#keyOf(entry), entry);
  }

  /** The section's bytes with every change so far; they must be written, and `written` or `failed` be called, before the next snapshot. */
  snapshot(): Buffer[] {
    this.#inFlight = this.#pending;
    this.#pending = new Map();
    return this.#section.bytes();
  }

  /** The last snapshot is durable. */
  written(): void {
    this.#inFlight.clear();
  }

  /** The last snapshot could not be written. */
  failed(): void {
    const lost = this.#inFlight;
    this.#inFlight = new Map();
    for (const [key, { durable, awaited }] of lost) {
      const since = this.#pending.get(key);
      if (since) this.#pending.set(key, { durable, awaited: since.awaited });
      else if (awaited) this.#set(key, durable);
      else {
        this.#pending.set(key, { durable, awaited });
        // What is pending is out of date in the section: changes that follow rely on it.
        if (this.#memory.get(key)) this.#section.changed(key);
      }
    }
  }

  #change(key: string, entry: T | undefined, awaited: boolean): void {
    const pending = this.#pending.get(key);
    if (pending && entry !== undefined && this.#memory.get(key)) {
      // Its place in the section waits for the next snapshot already.
      pending.awaited ||= awaited;
      this.#memory.set(key, entry);
      return;
    }
    if (pending) pending.awaited ||= awaited;
    else this.#pending.set(key, { durable: this.#memory.get(key), awaited });
    this.#set(key, entry);
  }

  #set(key: string, entry: T | undefined): void {
    if (entry === undefined) this.#section.removed(key);
    else this.#section.changed(key);
    this.#memory.set(key, entry);
  }
}
