/**
 * A connection that is made ready before anybody chooses what to watch: the browser needs longer for its offer, and for finding
 * its addresses, than front and the streamer need for the answer.
 */
import type { Timing } from '../connection/timing.ts';

/** The machine's addresses may be others by then. */
export const PREPARED_FOR_MS = 60_000;
/** The page shows what it has to show first. */
export const REST_MS = 200;

export interface Preparable {
  prepare(): Promise<void>;
  close(): void;
}

export interface StandbyOptions<Connection extends Preparable> {
  /** Gives undefined where none can or need be made now, as on a page that nobody sees. */
  readonly make: () => Connection | undefined;
  readonly timing: Pick<Timing, 'after'>;
}

export class Standby<Connection extends Preparable> {
  readonly #options: StandbyOptions<Connection>;
  #wanted = false;
  #connection: Connection | undefined;
  #cancel: () => void = () => undefined;

  constructor(options: StandbyOptions<Connection>) {
    this.#options = options;
  }

  /** Somebody may want to watch soon. */
  prepare(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#schedule(REST_MS);
  }

  /** The addresses of the machine, or whether the page is seen, may have changed. */
  renew(): void {
    if (!this.#wanted) return;
    this.#drop();
    this.#schedule(REST_MS);
  }

  /** @returns the connection that is ready, for whoever watches now; there is no other until `prepare` */
  take(): Connection | undefined {
    const connection = this.#connection;
    this.#connection = undefined;
    this.release();
    return connection;
  }

  /** Nobody is about to watch. */
  release(): void {
    this.#wanted = false;
    this.#drop();
  }

  #schedule(ms: number): void {
    this.#cancel();
    this.#cancel = this.#options.timing.after(ms, () => this.#make());
  }

  #make(): void {
    this.#drop();
    const connection = (this.#connection = this.#options.make());
    if (connection === undefined) return;
    connection.prepare().catch(() => {
      if (connection === this.#connection) this.#drop();
    });
    this.#schedule(PREPARED_FOR_MS);
  }

  #drop(): void {
    this.#cancel();
    this.#connection?.close();
    this.#connection = undefined;
  }
}
