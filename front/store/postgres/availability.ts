/** Whether PostgreSQL is there: looked at each second, and at once when something fails; told in the log when that changes. */
import type { Logger } from '../../../shared/log/logger.ts';
import type { Cancel, Clock } from '../../../shared/sip/timing/clock.ts';
import { StoreClosedError, StoreOpenError, StoreUnavailableError } from '../store.ts';
import { faultOf, reasonOf } from './faults.ts';

/** Time between two looks, ms. */
const LOOK_INTERVAL_MS = 1000;

/** `writable`: all is well. `readable`: what is there can be read. */
export type StoreState = 'writable' | 'readable' | 'away';

export interface AvailabilityOptions {
  /** Finds out the state, and rejects when it is away; with StoreOpenError when waiting is of no use. @param doubted whether a change has failed since it was last well */
  readonly look: (doubted: boolean) => Promise<StoreState>;
  readonly clock: Clock;
  readonly log: Logger;
}

export class Availability {
  readonly #options: AvailabilityOptions;
  readonly #listeners = new Set<() => void>();
  /** Undefined until it was first looked. */
  #state: StoreState | undefined;
  #failure: unknown;
  #doubted = false;
  #looking: Promise<void> | undefined;
  #cancel: Cancel | undefined;
  #closed = false;

  constructor(options: AvailabilityOptions) {
    this.#options = options;
  }

  get state(): StoreState {
    return this.#state ?? 'away';
  }

  /** What was the matter at the last look, if anything was. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Calls `listener` each time all is well again. */
  onWritable(listener: () => void): void {
    this.#listeners.add(listener);
  }

  /** @throws StoreClosedError or StoreUnavailableError, at once, where asking is in vain */
  insist(): void {
    if (this.#closed) throw new StoreClosedError('the store is closed');
    if (this.state === 'away') throw new StoreUnavailableError(`PostgreSQL is away: ${reasonOf(this.#failure)}`);
  }

  /** Something failed: what that means to whoever asked. */
  explain(error: unknown): unknown {
    if (this.#closed) return new StoreClosedError('the store is closed', { cause: error });
    const fault = faultOf(error);
    if (fault === 'request') return error;
    if (fault === 'unwritable') this.#doubted = true;
    void this.look();
    return new StoreUnavailableError(`PostgreSQL does not serve: ${reasonOf(error)}`, { cause: error });
  }

  /** Looks now, or awaits the look that goes on; never rejects. */
  look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => {
      this.#looking = undefined;
      this.#cancel?.();
      if (!this.#closed) this.#cancel = this.#options.clock.setTimeout(() => void this.look(), LOOK_INTERVAL_MS);
    });
    return this.#looking;
  }

  close(): void {
    this.#closed = true;
    this.#cancel?.();
  }

  async #lookOnce(): Promise<void> {
    if (this.#closed) return;
    try {
      const state = await this.#options.look(this.#doubted);
      this.#become(state, state === 'readable' ? new Error('it is read-only') : undefined);
    } catch (error) {
      this.#become(faultOf(error) === 'unwritable' ? 'readable' : 'away', error);
    }
  }

  #become(state: StoreState, failure: unknown): void {
    if (this.#closed) return;
    const { log } = this.#options;
    const [before, failureBefore] = [this.#state, this.#failure];
    this.#state = state;
    this.#failure = failure;
    if (state === 'writable') {
      this.#doubted = false;
      if (before === 'writable') return;
      log.info(before === undefined ? 'PostgreSQL keeps accounts and rooms' : 'PostgreSQL is back: accounts and rooms are served again');
      for (const listener of this.#listeners) listener();
      return;
    }
    // Whoever opens it for the first time says himself that it is of no use.
    const hopeless = failure instanceof StoreOpenError;
    const worse = hopeless && !(failureBefore instanceof StoreOpenError);
    if (before === undefined ? hopeless : state === before && !worse) return;
    log.error({ reason: reasonOf(failure) }, state === 'away' ? 'PostgreSQL is away: accounts and rooms are not served until it is back' : 'PostgreSQL takes no changes: accounts and rooms can only be read');
  }
}
