/** Tells every page which of the rooms that everybody may know have somebody inside, and that the list of rooms is to be asked for anew. */
import type { Cancel, Clock } from '../../shared/sip/index.ts';
import type { Logger } from '../../shared/log/logger.ts';
import { storeFailure } from '../failures.ts';
import type { Pages } from '../people/pages.ts';
import type { RoomAdmission } from './admission.ts';
import type { OccupiedRoom } from './occupancy.ts';

/** Changes that come within this time are told together, ms. */
const INTERVAL_MS = 250;

/** Which rooms have somebody inside, as front/sip/ hears it from the daemon. */
export interface OccupancySource {
  readonly entries: readonly OccupiedRoom[] | undefined;
  onEntries(listener: (rooms: readonly OccupiedRoom[]) => void): void;
}

export interface RoomsFeedOptions {
  readonly source: OccupancySource;
  readonly admission: RoomAdmission;
  readonly pages: Pages;
  readonly clock: Clock;
  readonly log: Logger;
}

export class RoomsFeed {
  readonly #options: RoomsFeedOptions;
  /** Rooms that everybody may know, as last told. */
  #rooms: readonly OccupiedRoom[] = [];
  #cancel: Cancel | undefined;
  #closed = false;

  constructor(options: RoomsFeedOptions) {
    this.#options = options;
    options.source.onEntries(() => this.#changed());
    options.pages.onCame((page) => page.tell(this.#message()));
  }

  /** Names of who is inside a room, whoever may know of it. */
  membersOf(id: string): readonly string[] {
    return this.#options.source.entries?.find((room) => room.id === id)?.members ?? [];
  }

  /** Rooms were made, changed or deleted. */
  listChanged(): void {
    for (const page of this.#options.pages) page.tell({ type: 'rooms', changed: true });
    this.#changed();
  }

  /** Tells nobody anything more. */
  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  #changed(): void {
    if (this.#cancel || this.#closed) return;
    this.#cancel = this.#options.clock.setTimeout(() => {
      this.#cancel = undefined;
      void this.#tellAll();
    }, INTERVAL_MS);
  }

  async #tellAll(): Promise<void> {
    const { source, admission, pages, log } = this.#options;
    const occupied = source.entries ?? [];
    try {
      const known = new Set(await admission.known(occupied.map(({ id }) => id)));
      const rooms = occupied.filter(({ id }) => known.has(id));
      if (this.#closed || JSON.stringify(rooms) === JSON.stringify(this.#rooms)) return;
      this.#rooms = rooms;
      for (const page of pages) page.tell(this.#message());
    } catch (err) {
      // What was last told stays; whoever hears that the store is back has us look again.
      if (storeFailure(err) === undefined) log.warn({ err }, 'it could not be found out which rooms everybody may know');
    }
  }

  #message(): object {
    return { type: 'occupancy', rooms: this.#rooms };
  }
}
