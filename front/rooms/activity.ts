/** When somebody was last inside each room: known at once, written down once a minute. */
import type { Logger } from '../../shared/log/logger.ts';
import { StoreClosedError, StoreUnavailableError } from '../store/store.ts';
import type { RoomTable } from '../store/store.ts';

const WRITE_INTERVAL_MS = 60_000;

/** Beyond this many, rooms that were left long ago are no longer remembered here; what was written stays. */
const MAX_REMEMBERED = 10_000;

export class Activity {
  readonly #rooms: Pick<RoomTable, 'touch'>;
  readonly #wallClock: () => number;
  readonly #log: Logger;
  /** When each was last written down; its order is that of the last time. */
  readonly #written = new Map<string, number>();

  constructor({ rooms, wallClock, log }: { rooms: Pick<RoomTable, 'touch'>; wallClock: () => number; log: Logger }) {
    this.#rooms = rooms;
    this.#wallClock = wallClock;
    this.#log = log;
  }

  /** Somebody is inside, comes or goes. */
  touch(id: string): void {
    const now = this.#wallClock();
    if (now - (this.#written.get(id) ?? -Infinity) < WRITE_INTERVAL_MS) return;
    this.#written.delete(id);
    this.#written.set(id, now);
    const [oldest] = this.#written.keys();
    if (this.#written.size > MAX_REMEMBERED && oldest !== undefined) this.#written.delete(oldest);
    this.#rooms.touch(id, now).catch((error: unknown) => {
      // A store that is away says so by itself.
      if (!(error instanceof StoreClosedError || error instanceof StoreUnavailableError)) this.#log.warn({ room: id, err: error }, 'that somebody is in a room could not be written down');
    });
  }

  /** Rooms that somebody may be in. */
  get seen(): Iterable<string> {
    return this.#written.keys();
  }

  forget(id: string): void {
    this.#written.delete(id);
  }
}
