/**
 * Who has come and who has gone, told in as few words as possible: what happens within a moment is told together, and
 * whoever only reloaded the page has neither gone nor come.
 */
import type { Person } from '../connection/person.ts';
import type { Timing } from '../connection/timing.ts';

export interface ArrivalsOptions {
  readonly timing: Timing;
  readonly onCame: (names: readonly string[]) => void;
  readonly onLeft: (names: readonly string[]) => void;
}

/** A reload takes less than this, ms. */
export const SETTLE_MS = 4_000;

export class Arrivals {
  readonly #options: ArrivalsOptions;
  /** As last told of; undefined before the first list, which tells of nobody. */
  #told: ReadonlySet<string> | undefined;
  #present: ReadonlySet<string> = new Set();
  #cancel: (() => void) | undefined;

  constructor(options: ArrivalsOptions) {
    this.#options = options;
  }

  heard(people: readonly Person[]): void {
    this.#present = new Set(people.map(({ name }) => name));
    if (!this.#told) {
      this.#told = this.#present;
      return;
    }
    // The first change starts the wait, and later ones do not prolong it.
    this.#cancel ??= this.#options.timing.after(SETTLE_MS, () => this.#tell());
  }

  /** One is alone again: signed out. */
  forget(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#told = undefined;
  }

  #tell(): void {
    const before = this.#told ?? new Set();
    const now = this.#present;
    this.#cancel = undefined;
    this.#told = now;
    const came = [...now].filter((name) => !before.has(name));
    const left = [...before].filter((name) => !now.has(name));
    if (came.length > 0) this.#options.onCame(came);
    if (left.length > 0) this.#options.onLeft(left);
  }
}
