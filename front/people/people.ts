/** Tells every page who is online: everybody but the page's own person, whenever that changes. */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { Page } from './page.ts';
import type { Pages } from './pages.ts';
import type { Person } from './person.ts';

/** Persons that a page is told of: nobody reads a longer list. */
const MAX_TOLD = 2_000;

/** Changes that come within this time are told together, ms; longer where there are many to tell and many to tell of. */
const LEAST_INTERVAL_MS = 200;
/** Entries written a millisecond, at most, over all pages. */
const ENTRIES_PER_MS = 200;

/** Who is online, as front/sip/ hears it from the daemon. */
export interface PeopleSource {
  readonly entries: readonly Person[] | undefined;
  onEntries(listener: (people: readonly Person[]) => void): void;
}

export interface PeopleOptions {
  readonly source: PeopleSource;
  readonly pages: Pages;
  readonly clock: Clock;
}

export class People {
  readonly #options: PeopleOptions;
  #toldAt = -Infinity;
  #cancel: Cancel | undefined;

  constructor(options: PeopleOptions) {
    this.#options = options;
    options.source.onEntries(() => this.#changed());
    options.pages.onCame((page) => {
      const { entries } = options.source;
      if (entries) page.tell(messageFor(page, entries));
    });
  }

  /** Tells nobody anything more. */
  close(): void {
    this.#cancel?.();
    this.#cancel = () => undefined;
  }

  #changed(): void {
    if (this.#cancel) return;
    const { clock, source, pages } = this.#options;
    const entries = Math.min(MAX_TOLD, source.entries?.length ?? 0) * pages.size;
    const intervalMs = Math.max(LEAST_INTERVAL_MS, entries / ENTRIES_PER_MS);
    this.#cancel = clock.setTimeout(() => {
      this.#cancel = undefined;
      this.#toldAt = clock.now();
      this.#tellAll();
    }, Math.max(0, this.#toldAt + intervalMs - clock.now()));
  }

  #tellAll(): void {
    const { source, pages } = this.#options;
    const { entries } = source;
    if (entries) for (const page of pages) page.tell(messageFor(page, entries));
  }
}

function messageFor({ viewer }: Page, people: readonly Person[]): object {
  return { type: 'people', people: people.filter(({ name }) => name !== viewer.name).slice(0, MAX_TOLD) };
}
