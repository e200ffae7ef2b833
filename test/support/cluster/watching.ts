/** Watching as the page does it, by its own state machine (front/page/src/player/watch-machine.ts), with connections that count what comes in place of a player. */
import { failureOf } from '../../../front/page/src/connection/failure.ts';
import type { Failure } from '../../../front/page/src/connection/failure.ts';
import { browserTiming } from '../../../front/page/src/connection/timing.ts';
import { step } from '../../../front/page/src/player/watch-machine.ts';
import { initialState } from '../../../front/page/src/player/watch-state.ts';
import type { Effect, WatchEvent, WatchState } from '../../../front/page/src/player/watch-state.ts';
import { STALL_MS } from '../../../front/page/src/stats/flow.ts';
import type { BenchCertificate } from '../../bench/media/viewer/peer-connection.ts';
import { Attempt } from './attempt.ts';
import type { AttemptEvent } from './attempt.ts';
import { Gaps } from './gaps.ts';

/** As often as the page looks, ms. */
const LOOK_MS = 150;

export interface WatchingOptions {
  /** Posts the offer; gives the answer. */
  readonly ask: (offer: string, signal: AbortSignal, beside: boolean) => Promise<string>;
  /** Registers the viewer's name again. */
  readonly register: () => Promise<boolean>;
  readonly hangUp: () => void;
  readonly certificate: BenchCertificate;
}

export class Watching {
  readonly gaps = new Gaps();
  /** What came to nothing, with its time: `12345 offer: streamer-silent`. */
  readonly failures: string[] = [];
  readonly #options: WatchingOptions;
  #state: WatchState = initialState;
  #current: Attempt | undefined;
  #next: Attempt | undefined;
  #cancelTimer: () => void = () => undefined;
  #stopped = false;
  readonly #look = setInterval(() => this.#judge(), LOOK_MS);
  #waiting: (() => void)[] = [];

  constructor(options: WatchingOptions) {
    this.#options = options;
  }

  get state(): WatchState {
    return this.#state;
  }

  /** The address from which media comes; undefined while there is no answer. */
  get source(): string | undefined {
    return this.#current?.source;
  }

  dispatch(event: WatchEvent): void {
    if (this.#stopped) return;
    if (event.type === 'failed' || event.type === 'recall-failed') this.#note(event.type, event.failure);
    const { state, effects } = step(this.#state, event, { now: performance.now(), random: Math.random });
    this.#state = state;
    for (const effect of effects) this.#carryOut(effect);
  }

  /** Resolves at the next moment at which a picture comes. */
  picture(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#look);
    this.#cancelTimer();
    this.#drop();
  }

  #note(what: string, { id, detail }: Failure): void {
    this.failures.push(`${Math.round(performance.now())} ${what}: ${id}${detail === undefined ? '' : ` (${detail})`}`);
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'offer':
        this.#drop();
        this.#current = this.#attempt(false);
        return;
      case 'recall':
        this.#dropNext();
        this.#next = this.#attempt(true);
        return;
      case 'drop-recall':
        this.#dropNext();
        return;
      case 'swap':
      case 'promote':
        this.#current?.close();
        this.#current = this.#next;
        this.#next = undefined;
        return;
      case 'diagnose':
        if (this.#state.phase.kind === 'connecting' && this.#state.phase.failing) this.dispatch({ type: 'diagnosed', failure: this.#state.phase.failing });
        return;
      case 'hang-up':
        this.#options.hangUp();
        return;
      case 'drop':
        this.#drop();
        return;
      case 'timer':
        this.#cancelTimer();
        this.#cancelTimer = browserTiming.after(effect.ms, () => this.dispatch({ type: 'timer' }));
        return;
      case 'no-timer':
        this.#cancelTimer();
        return;
      case 'register':
        void this.#register();
        return;
    }
  }

  async #register(): Promise<void> {
    try {
      if (await this.#options.register()) this.dispatch({ type: 'retry-now' });
    } catch (error) {
      this.dispatch({ type: 'failed', failure: failureOf(error) });
    }
  }

  #attempt(beside: boolean): Attempt {
    const attempt: Attempt = new Attempt({
      certificate: this.#options.certificate,
      ask: (offer, signal) => this.#options.ask(offer, signal, beside),
      onEvent: (event) => this.#onEvent(attempt, event),
      onFailed: (failure) => {
        if (attempt === this.#next) this.dispatch({ type: 'recall-failed', failure });
        else if (attempt === this.#current) this.dispatch({ type: 'failed', failure });
      },
      // What the connection in the background brings is shown from its first frame on.
      onMedia: (kind) => {
        if (attempt === this.#current) this.#arrived(kind);
      },
    });
    void attempt.run();
    return attempt;
  }

  #onEvent(attempt: Attempt, event: AttemptEvent): void {
    if (attempt === this.#next) this.dispatch({ type: 'recall', news: event });
    else if (attempt === this.#current) this.dispatch({ type: event });
  }

  #arrived(kind: 'audio' | 'video'): void {
    this.gaps.arrived(kind);
    if (kind === 'audio') return;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #judge(): void {
    const current = this.#current;
    if (current?.lastArrival === undefined) return;
    this.dispatch({ type: performance.now() - current.lastArrival >= STALL_MS ? 'media-stalled' : 'media-flows' });
  }

  #drop(): void {
    this.#dropNext();
    this.#current?.close();
    this.#current = undefined;
  }

  #dropNext(): void {
    this.#next?.close();
    this.#next = undefined;
  }
}
