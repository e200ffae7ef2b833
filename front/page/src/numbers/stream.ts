/** Follows a streamer's reports (server-sent events), and says in a sentence why there are none. */
import { signal, type ReadonlySignal } from '@preact/signals';
import { words } from '../strings/words.ts';
import { SPAN_MS } from './curve.ts';
import { parseReport, parseTrouble, type Report } from './report.ts';

/** A refused stream is asked for again after this, ms; a lost one the browser asks for by itself. */
const AGAIN_MS = 5_000;

export interface Moment {
  /** ms of the page's clock. */
  readonly at: number;
  readonly report: Report;
}

export type StreamState = { readonly kind: 'waiting' | 'live' } | { readonly kind: 'trouble'; readonly text: string };

export class NumbersStream {
  readonly #address: string;
  readonly #onReport: () => void;
  readonly #moments = signal<readonly Moment[]>([]);
  readonly #state = signal<StreamState>({ kind: 'waiting' });

  /** @param onReport called with each report: whoever gets them is an operator */
  constructor(streamer: string, onReport: () => void) {
    this.#address = `/streamers/${encodeURIComponent(streamer)}/statistics`;
    this.#onReport = onReport;
  }

  /** The last two minutes. */
  get moments(): ReadonlySignal<readonly Moment[]> {
    return this.#moments;
  }

  get state(): ReadonlySignal<StreamState> {
    return this.#state;
  }

  /** Begins, and goes on for as long as the page is there. */
  start(): void {
    const source = new EventSource(`${this.#address}/events`);
    source.addEventListener('report', ({ data }) => this.#heard(String(data)));
    source.addEventListener('trouble', ({ data }) => this.#troubled(parseTrouble(String(data)) ?? words.numbers.away));
    source.addEventListener('error', () => {
      this.#troubled(words.numbers.away);
      // The browser gives up on a refusal, and tells nobody what it says.
      if (source.readyState === EventSource.CLOSED) void this.#askWhy();
    });
  }

  #heard(json: string): void {
    const report = parseReport(json);
    if (!report) return;
    const at = performance.now();
    this.#moments.value = [...this.#moments.peek().filter((moment) => at - moment.at < SPAN_MS), { at, report }];
    this.#state.value = { kind: 'live' };
    this.#onReport();
  }

  #troubled(text: string): void {
    this.#state.value = { kind: 'trouble', text };
  }

  async #askWhy(): Promise<void> {
    try {
      const response = await fetch(this.#address);
      if (!response.ok) this.#troubled(parseTrouble(await response.text()) ?? words.numbers.away);
    } catch {
      // Front is away, as is said already.
    }
    setTimeout(() => this.start(), AGAIN_MS);
  }
}
