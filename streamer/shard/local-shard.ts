/** A shard in the thread that it is called from. */
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { Connect, ViewerConnection } from '../call/viewer-connection.ts';
import type { Programme, Seat } from '../call/programme.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import type { ViewerStatistics } from '../fanout/statistics.ts';
import type { SendDelays } from '../fanout/send-delays.ts';
import { NO_TOTALS, sumOf, totalsOf, type Totals } from '../fanout/totals.ts';
import type { Shard, Watching } from './shard.ts';

/** A viewer who leaves sooner than this after his answer did not wait for anything. */
const WAITED_MS = 3_000;

export interface LocalShardOptions {
  readonly programme: Programme;
  readonly connect: Connect;
  /** Hears of each viewer, by his name, who waited in vain for media; nobody unless given. */
  readonly failures?: { readonly report: (name: string, diagnosis: Diagnosis) => void; readonly clock: Pick<Clock, 'now'> };
  /** Of what the programme sends; none unless given. */
  readonly delays?: SendDelays;
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
    const { connect, programme, failures } = this.#options;
    this.#answering++;
    try {
      const watching = new LocalWatching(await connect(offer), programme, {
        forget: (statistics) => {
          if (statistics) this.#gone = sumOf(this.#gone, totalsOf(statistics));
          this.#watching.delete(name);
        },
        failed: (diagnosis) => failures?.report(name, diagnosis),
        now: () => failures?.clock.now() ?? 0,
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
    const { delays } = this.#options;
    return Promise.resolve(delays ? sumOf(totals, { ...NO_TOTALS, delays: delays.counted }) : totals);
  }

  async close(): Promise<void> {
    await Promise.all([...this.#watching.values()].map((watching) => watching.close()));
    await this.#options.release?.();
  }
}

interface Surroundings {
  /** @param statistics what is known of him in the end */
  readonly forget: (statistics: ViewerStatistics | undefined) => void;
  readonly failed: (diagnosis: Diagnosis) => void;
  /** In ms. */
  readonly now: () => number;
}

class LocalWatching implements Watching {
  readonly #connection: ViewerConnection;
  readonly #programme: Programme;
  readonly #around: Surroundings;
  readonly #firstFrameListeners: (() => void)[] = [];
  #seat: Seat | undefined;
  #closed = false;
  #deliveredAt: number | undefined;
  #reported = false;

  constructor(connection: ViewerConnection, programme: Programme, around: Surroundings) {
    this.#connection = connection;
    this.#programme = programme;
    this.#around = around;
    connection.onConnected(() => {
      if (this.#closed) return;
      this.#seat = programme.add(connection);
      for (const listener of this.#firstFrameListeners.splice(0)) this.#seat.onFirstFrame(listener);
    });
    connection.onClosed((_, diagnosis) => this.#report(diagnosis));
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

  delivered(): void {
    this.#deliveredAt = this.#around.now();
    this.#connection.delivered();
  }

  onFirstFrame(listener: () => void): void {
    if (this.#seat) this.#seat.onFirstFrame(listener);
    else this.#firstFrameListeners.push(listener);
  }

  onClosed(listener: (reason: string, diagnosis: Diagnosis | undefined) => void): void {
    this.#connection.onClosed(listener);
  }

  statistics(): ViewerStatistics | undefined {
    return this.#seat?.statistics();
  }

  async close(): Promise<ViewerStatistics | undefined> {
    if (this.#deliveredAt !== undefined && this.#around.now() - this.#deliveredAt >= WAITED_MS) this.#report(this.#connection.diagnose());
    const statistics = this.statistics();
    if (!this.#closed) this.#around.forget(statistics);
    this.#closed = true;
    if (this.#seat) this.#programme.remove(this.#seat);
    await this.#connection.close();
    return statistics;
  }

  /** Of a connection that ended by itself, and again of the same when its call ends. */
  #report(diagnosis: Diagnosis | undefined): void {
    if (!diagnosis || this.#reported) return;
    this.#reported = true;
    this.#around.failed(diagnosis);
  }
}
