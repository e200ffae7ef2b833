/** Entries in memory with change events: what every directory answers its reads from. */

import type { Change, ChangeListener } from './directory.ts';

export class MemoryTable<T> {
  readonly #entries = new Map<string, T>();
  readonly #listeners = new Set<ChangeListener<T>>();

  get size(): number {
    return this.#entries.size;
  }

  get(key: string): T | undefined {
    return this.#entries.get(key);
  }

  values(): IterableIterator<T> {
    return this.#entries.values();
  }

  /** Sets the entry, or removes it where `entry` is undefined, and tells the listeners. @returns what was there before */
  set(key: string, entry: T | undefined): T | undefined {
    const before = this.#entries.get(key);
    if (before === entry) return before;
    if (entry === undefined) this.#entries.delete(key);
    else this.#entries.set(key, entry);
    this.#tell({ before, after: entry });
    return before;
  }

  onChange(listener: ChangeListener<T>): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #tell(change: Change<T>): void {
    for (const listener of this.#listeners) listener(change);
  }
}
