/** A directory whose durable store is a few arrays: for tests of what stands on a directory, in virtual time. */

import type { Clock } from '../../../shared/sip/timing/clock.ts';
import { DirectoryWriteError } from '../../../signaling/directory/directory.ts';
import type { Directory, Peers } from '../../../signaling/directory/directory.ts';
import type { Session, StoredSubscription, Streamer } from '../../../signaling/directory/entries.ts';
import { CommittedTable } from '../../../signaling/directory/xml/committed-table.ts';
import { GroupCommit } from '../../../signaling/directory/xml/group-commit.ts';

const LAZY_MS = 1000;

/** What survives the directory. */
export class VolatileStore {
  streamers: readonly Streamer[] = [];
  sessions: readonly Session[] = [];
  subscriptions: readonly StoredSubscription[] = [];
  broken = false;
  writes = 0;
}

export class VolatileDirectory implements Directory {
  readonly streamers: CommittedTable<Streamer>;
  readonly sessions: CommittedTable<Session>;
  readonly subscriptions: CommittedTable<StoredSubscription>;
  /** Given where the test is about several daemons. */
  readonly peers?: Peers;
  readonly #store: VolatileStore;
  readonly #commit: GroupCommit;
  #closed = false;

  constructor(clock: Clock, store: VolatileStore = new VolatileStore(), peers?: Peers) {
    if (peers) this.peers = peers;
    this.#store = store;
    this.#commit = new GroupCommit({ clock, lazyMs: LAZY_MS, write: () => this.#write(), onLazyFailure: () => undefined });
    const committer = { now: () => this.flush(), later: () => this.#commit.later() };
    this.streamers = new CommittedTable(({ name }) => name, () => '', committer);
    this.sessions = new CommittedTable(({ id }) => id, () => '', committer);
    this.subscriptions = new CommittedTable(({ id }) => id, () => '', committer);
    this.streamers.load(store.streamers);
    this.sessions.load(store.sessions);
    this.subscriptions.load(store.subscriptions);
  }

  async flush(): Promise<void> {
    if (this.#closed) throw new DirectoryWriteError('closed');
    await this.#commit.now();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    try {
      await this.flush();
    } finally {
      this.#closed = true;
      await this.#commit.stop();
    }
  }

  async #write(): Promise<void> {
    const tables = [this.streamers, this.sessions, this.subscriptions];
    for (const table of tables) table.snapshot();
    const contents = { streamers: [...this.streamers.values()], sessions: [...this.sessions.values()], subscriptions: [...this.subscriptions.values()] };
    await Promise.resolve();
    if (this.#store.broken) {
      for (const table of tables) table.failed();
      throw new DirectoryWriteError('the disk is full');
    }
    Object.assign(this.#store, contents);
    this.#store.writes++;
    for (const table of tables) table.written();
  }
}
