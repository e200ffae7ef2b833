/** A shard in the thread that it is called from. */
import type { Connect, ViewerConnection } from '../call/viewer-connection.ts';
import type { Programme, Seat } from '../call/programme.ts';
import type { ViewerStatistics } from '../fanout/statistics.ts';
import { NO_TOTALS, sumOf, totalsOf, type Totals } from '../fanout/totals.ts';
import type { Shard, Watching } from './shard.ts';

export interface LocalShardOptions {
  readonly programme: Programme;
  readonly connect: Connect;
  /** Frees what programme and connections share, after the last of them; nothing unless given. */
  readonly release?: () => Promise<void>;
}

export class LocalShard implements Shard {
  readonly available = true;
  readonly #options: LocalShardOptions;
  readonly #watching = new Map<string, LocalWatching>();
  #answering = 0;
  /** Of those who have gone. */
  #gone = NO_TOTALS;

  constructor(options: LocalShardOptions) {
    this.#options = options;
  }

  get viewers(): number {
    return this.#answering + this.#watching.size;
  }

  async admit(name: string, offer: string): Promise<Watching> {
    const { connect, programme } = this.#options;
    this.#answering++;
    try {
      const watching = new LocalWatching(await connect(offer), programme, (statistics) => {
        if (statistics) this.#gone = sumOf(this.#gone, totalsOf(statistics));
        this.#watching.delete(name);
      });
      this.#watching.set(name, watching);
      return watching;
    } finally {
      this.#answering--;
    }
  }

  statistics(): Promise<ReadonlyMap<string, ViewerStatistics>> {
    const known = new Map<string, ViewerStatistics>();
    for (const [name, watching] of this.#watching) {
      const statistics = watching.statistics();
      if (statistics) known.set(name, statistics);
    }
    return Promise.resolve(known);
  }

  totals(): Promise<Totals> {
    let totals = this.#gone;
    for (const watching of this.#watching.values()) {
      const statistics = watching.statistics();
      if (statistics) totals = sumOf(totals, totalsOf(statistics));
    }
    return Promise.resolve(totals);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#watching.values()].map((watching) => watching.close()));
    await this.#options.release?.();
  }
}

class LocalWatching implements Watching {
  readonly #connection: ViewerConnection;
  readonly #programme: Programme;
  readonly #forget: (statistics: ViewerStatistics | undefined) => void;
  readonly #firstFrameListeners: (() => void)[] = [];
  #seat: Seat | undefined;
  #closed = false;

  constructor(connection: ViewerConnection, programme: Programme, forget: (statistics: ViewerStatistics | undefined) => void) {
    this.#connection = connection;
    this.#programme = programme;
    this.#forget = forget;
    connection.onConnected(() => {
      if (this.#closed) return;
      this.#seat = programme.add(connection);
      for (const listener of this.#firstFrameListeners.splice(0)) this.#seat.onFirstFrame(listener);
    });
  }

  get answer(): string {
    return this.#connection.answer;
  }

  onConnected(listener: () => void): void {
    this.#connection.onConnected(listener);
  }

  onFirstFrame(listener: () => void): void {
    if (this.#seat) this.#seat.onFirstFrame(listener);
    else this.#firstFrameListeners.push(listener);
  }

  onClosed(listener: (reason: string) => void): void {
    this.#connection.onClosed(listener);
  }

  statistics(): ViewerStatistics | undefined {
    return this.#seat?.statistics();
  }

  async close(): Promise<ViewerStatistics | undefined> {
    const statistics = this.statistics();
    if (!this.#closed) this.#forget(statistics);
    this.#closed = true;
    if (this.#seat) this.#programme.remove(this.#seat);
    await this.#connection.close();
    return statistics;
  }
}
