/** Who streams, and whether the signaling daemon can be reached: its `directory` package, watched. */
import { formatHostPort } from '../../shared/sip/index.ts';
import type { Agent } from '../../shared/sip/index.ts';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { Logger } from '../../shared/log/logger.ts';
import type { Directory, SignalingState } from '../directory/directory.ts';
import { DIRECTORY_PACKAGE } from '../directory/streamer.ts';
import type { Streamer } from '../directory/streamer.ts';
import type { Domain } from './domain.ts';
import { ListClient } from './list-client.ts';
import { ListWatcher } from './list-watcher.ts';

export interface DirectoryWatcherOptions {
  agent: Agent;
  domain: Domain;
  /** In whose name front asks when it asks for no viewer. */
  name: string;
  clock: Clock;
  log: Logger;
}

export class DirectoryWatcher implements Directory {
  readonly #client: ListClient<Streamer>;
  readonly #watcher: ListWatcher<Streamer>;

  constructor(options: DirectoryWatcherOptions) {
    const { domain, log } = options;
    this.#client = new ListClient({ ...options, list: DIRECTORY_PACKAGE });
    this.#watcher = new ListWatcher({ ...options, list: DIRECTORY_PACKAGE, client: this.#client });
    const signaling = formatHostPort(domain.nextHop.host, domain.nextHop.port);
    this.#watcher.onState((state) => {
      if (state === 'up') log.info({ signaling }, 'signaling answers');
      else if (!this.#watcher.closing) log.warn({ signaling }, 'signaling does not answer as it should; asking on');
    });
  }

  get state(): SignalingState {
    return this.#watcher.state;
  }

  get streamers(): readonly Streamer[] | undefined {
    return this.#watcher.entries;
  }

  onStreamers(listener: (streamers: readonly Streamer[]) => void): void {
    this.#watcher.onEntries(listener);
  }

  onState(listener: (state: SignalingState) => void): void {
    this.#watcher.onState(listener);
  }

  fetch(viewer: string): Promise<readonly Streamer[]> {
    return this.#client.fetch(viewer);
  }

  reachable(): Promise<boolean> {
    return this.#watcher.reachable();
  }

  /** Begins to subscribe, and goes on until `close`. */
  start(): void {
    this.#watcher.start();
  }

  /** Ends the subscription; resolves when the daemon has confirmed it or never will. */
  close(): Promise<void> {
    return this.#watcher.close();
  }
}
