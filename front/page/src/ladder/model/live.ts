/** Reads along: gets a ticket by HTTP, shows it on the WebSocket, and does so anew when the connection was lost. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { EventOf, EventType } from '../../connection/events.ts';
import { failureOf } from '../../connection/failure.ts';
import type { Failure } from '../../connection/failure.ts';
import { textOf } from '../../connection/fields.ts';
import { Http } from '../../connection/http.ts';
import type { HttpOptions } from '../../connection/http.ts';
import type { Reply, Requests, RequestType } from '../../connection/replies.ts';
import type { Trace, WireMessage } from '../../connection/trace.ts';

const MAX_TICKET_UNITS = 100;

export type LiveState =
  | { readonly kind: 'off' }
  | { readonly kind: 'connecting' }
  | { readonly kind: 'live' }
  /** Nothing comes now; it goes on by itself. */
  | { readonly kind: 'trouble'; readonly message: string }
  /** This browser may not read along. */
  | { readonly kind: 'refused'; readonly message: string };

export interface LiveOptions {
  readonly http: HttpOptions;
  readonly request: <T extends RequestType>(type: T, body: Requests[T]) => Promise<Reply<T>>;
  readonly on: <T extends EventType>(type: T, listener: (event: EventOf<T>) => void) => () => void;
  /** The access token of an account that is an operator's. */
  readonly bearer: () => Promise<string | undefined>;
  readonly onTrace: (trace: Omit<Trace, 'type'>) => void;
}

export class Live {
  readonly #options: LiveOptions;
  readonly #http: Http;
  readonly #state = signal<LiveState>({ kind: 'off' });
  #stopListening: (() => void)[] = [];
  /** Counts attempts, so that what an earlier one still brings is not taken. */
  #attempt = 0;
  /** When the last message passed: the backlog of a new beginning holds older ones again. */
  #latest = -Infinity;

  constructor(options: LiveOptions) {
    this.#options = options;
    this.#http = new Http(options.http);
  }

  get state(): ReadonlySignal<LiveState> {
    return this.#state;
  }

  start(): void {
    if (this.#state.peek().kind !== 'off') return;
    const { on } = this.#options;
    this.#stopListening = [
      on('trace', (trace) => this.#heard(trace)),
      on('trace-trouble', ({ message }) => (this.#state.value = { kind: 'trouble', message })),
      on('connected', () => void this.#begin()),
      on('resumed', () => void this.#begin()),
      on('disconnected', () => this.#lost()),
    ];
    void this.#begin();
  }

  stop(): void {
    if (this.#state.peek().kind === 'off') return;
    this.#attempt++;
    for (const stop of this.#stopListening.splice(0)) stop();
    this.#state.value = { kind: 'off' };
    this.#options.request('trace', {}).catch(() => undefined);
  }

  /** Has the next datagram thrown away that the daemon would send. @throws FailureError */
  async lose(): Promise<void> {
    await this.#options.request('lose', {});
  }

  /** Tries once more, after a password was asked for, say. */
  again(): void {
    void this.#begin();
  }

  async #begin(): Promise<void> {
    const attempt = ++this.#attempt;
    this.#state.value = { kind: 'connecting' };
    try {
      const bearer = await this.#options.bearer();
      const answer = await this.#http.ask('/trace', { method: 'GET', bearer });
      if (attempt !== this.#attempt) return;
      const start = await this.#options.request('trace', { ticket: textOf(answer['ticket'], MAX_TICKET_UNITS) ?? '' });
      if (attempt !== this.#attempt) return;
      const messages = start.messages.filter(({ at }) => at > this.#latest);
      if (start.live || messages.length > 0) this.#heard({ messages, parties: start.parties, dropped: 0 });
    } catch (error) {
      if (attempt === this.#attempt) this.#failed(failureOf(error));
    }
  }

  #heard({ messages, parties, dropped }: Omit<Trace, 'type'>): void {
    this.#state.value = { kind: 'live' };
    this.#latest = messages.reduce((latest: number, { at }: WireMessage) => Math.max(latest, at), this.#latest);
    this.#options.onTrace({ messages, parties, dropped });
  }

  #failed({ id, detail = '' }: Failure): void {
    this.#state.value = id === 'operators-only' || id === 'invalid-token' ? { kind: 'refused', message: detail } : { kind: 'trouble', message: detail };
  }

  #lost(): void {
    this.#attempt++;
    this.#state.value = { kind: 'trouble', message: '' };
  }
}
