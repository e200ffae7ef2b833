/** The pages that read along: one subscription at the daemon for all of them, while there is at least one. */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import { ApiError } from '../api-error.ts';
import type { Page } from '../people/page.ts';
import type { Pages } from '../people/pages.ts';
import { Backlog } from './backlog.ts';
import type { Party, TraceBatch, TracedMessage } from './batch.ts';
import type { TraceSource, TraceSubscription } from './source.ts';
import { Tickets } from './tickets.ts';

const MAX_READERS = 64;
/** Who looks away and back again meets the same subscription, ms. */
export const LINGER_MS = 5_000;
/** Pauses between subscriptions that came to nothing, ms; doubled each time. */
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 15_000;

export interface TraceReadersOptions {
  readonly source: TraceSource;
  readonly pages: Pick<Pages, 'onGone'>;
  readonly clock: Clock;
}

/** What whoever begins to read is told at once. */
export interface TraceStart {
  readonly messages: readonly TracedMessage[];
  readonly parties: Readonly<Record<string, Party>>;
  /** Whether the daemon tells already; if not, the first `trace` message says that it does. */
  readonly live: boolean;
}

export class TraceReaders {
  readonly tickets: Tickets;
  readonly #options: TraceReadersOptions;
  readonly #readers = new Set<Page>();
  readonly #backlog = new Backlog();
  #subscription: TraceSubscription | undefined;
  #cancelNext: Cancel = () => undefined;
  #cancelLinger: Cancel = () => undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #running = false;
  #live = false;
  #closed = false;

  constructor(options: TraceReadersOptions) {
    this.#options = options;
    this.tickets = new Tickets(options.clock);
    options.pages.onGone((page) => this.stop(page));
  }

  get size(): number {
    return this.#readers.size;
  }

  /**
   * From now on the page is told of each message.
   * @throws ApiError 403 unless the ticket is good, 503 when too many read
   */
  read(page: Page, ticket: string): TraceStart {
    if (!this.tickets.redeem(ticket)) throw notAllowed();
    if (this.#closed || this.#readers.size >= MAX_READERS) throw new ApiError(503, 'too-many-connections', 'Too many read along now: try again later.', { headers: { 'Retry-After': '10' } });
    this.#cancelLinger();
    this.#readers.add(page);
    if (!this.#running) {
      this.#running = true;
      this.#begin();
    }
    return { messages: this.#backlog.messages, parties: this.#backlog.parties, live: this.#live };
  }

  /** The page reads no more. */
  stop(page: Page): void {
    if (!this.#readers.delete(page) || this.#readers.size > 0) return;
    this.#cancelLinger();
    this.#cancelLinger = this.#options.clock.setTimeout(() => void this.#end(), LINGER_MS);
  }

  /** Lets the next datagram be thrown away that the daemon sends. @throws ApiError 403 for a page that does not read, and as `TraceSubscription.lose` */
  async lose(page: Page): Promise<void> {
    if (!this.#readers.has(page)) throw notAllowed();
    if (!this.#subscription) throw new ApiError(504, 'signaling-silent', 'Nothing can be read along now, nor thrown away.');
    await this.#subscription.lose();
  }

  /** Resolves when the daemon has confirmed the end or never will. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#readers.clear();
    this.#cancelLinger();
    await this.#end();
  }

  #begin(): void {
    // What an earlier subscription still says is not listened to.
    let current = true;
    this.#subscription = this.#options.source.subscribe({
      onBatch: (batch) => {
        if (current && this.#running) this.#heard(batch);
      },
      onEnded: (error) => {
        if (!current || !this.#running) return;
        current = false;
        this.#failed(error);
      },
    });
  }

  #heard(batch: TraceBatch): void {
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#live = true;
    this.#backlog.add(batch);
    this.#tell({ type: 'trace', ...batch });
  }

  #failed(error: ApiError): void {
    this.#subscription = undefined;
    this.#live = false;
    this.#tell({ type: 'trace-trouble', ...error.toJSON() });
    this.#cancelNext = this.#options.clock.setTimeout(() => this.#begin(), this.#pauseMs);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
  }

  #tell(message: object): void {
    for (const page of this.#readers) page.tell(message);
  }

  async #end(): Promise<void> {
    const subscription = this.#subscription;
    this.#running = false;
    this.#live = false;
    this.#subscription = undefined;
    this.#cancelNext();
    this.#pauseMs = FIRST_PAUSE_MS;
    this.#backlog.clear();
    await subscription?.end();
  }
}

function notAllowed(): ApiError {
  return new ApiError(403, 'operators-only', 'The messages are shown to operators, and on the machine of this server.');
}
