/** A shard in the thread that it is called from. */
import type { Connect, ViewerConnection } from '../call/viewer-connection.ts';
import type { Programme, Seat } from '../call/programme.ts';
import type { ViewerStatistics } from '../fanout/statistics.ts';
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
      const watching = new LocalWatching(await connect(offer), programme, () => this.#watching.delete(name));
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

  async close(): Promise<void> {
    await Promise.all([...this.#watching.values()].map((watching) => watching.close()));
    await this.#options.release?.();
  }
}

class LocalWatching implements Watching {
  readonly #connection: ViewerConnection;
  readonly #programme: Programme;
  readonly #forget: () => void;
  #seat: Seat | undefined;
  #closed = false;

  constructor(connection: ViewerConnection, programme: Programme, forget: () => void) {
    this.#connection = connection;
    this.#programme = programme;
    this.#forget = forget;
    connection.onConnected(() => {
      if (!this.#closed) this.#seat = programme.add(connection);
    });
  }

  get answer(): string {
    return this.#connection.answer;
  }

  renew(offer: string): Promise<string> {
    return Promise.resolve().then(() => this.#connection.renew(offer));
  }

  addCandidates(candidates: readonly string[]): void {
    this.#connection.addCandidates(candidates);
  }

  onConnected(listener: () => void): void {
    this.#connection.onConnected(listener);
  }

  onClosed(listener: (reason: string) => void): void {
    this.#connection.onClosed(listener);
  }

  statistics(): ViewerStatistics | undefined {
    return this.#seat?.statistics();
  }

  async close(): Promise<ViewerStatistics | undefined> {
    this.#forget();
    this.#closed = true;
    const statistics = this.statistics();
    if (this.#seat) this.#programme.remove(this.#seat);
    await this.#connection.close();
    return statistics;
  }
}
