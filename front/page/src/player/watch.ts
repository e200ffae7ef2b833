/** Watching one streamer: runs the machine of watch-machine.ts and carries out what it asks for. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { ConnectionFailureId } from '../../../../shared/diagnosis/connection-failure.ts';
import { diagnosePath } from '../diagnosis/diagnose.ts';
import { failureOf, type Failure } from '../connection/failure.ts';
import type { Timing } from '../connection/timing.ts';
import type { Figures } from '../stats/figures.ts';
import { followFlow } from '../stats/follow-flow.ts';
import type { TimeToFirstFrame } from '../stats/first-frame.ts';
import type { Sample } from '../stats/sample.ts';
import type { Position } from '../remote/messages.ts';
import type { IceSettings } from '../meeting/ice-settings.ts';
import type { Remote } from '../remote/remote.ts';
import type { Screens } from './screens.ts';
import { Attempt, attemptFailure, type AttemptEvent } from './attempt.ts';
import { hasWebRtc, type Peer } from './peer.ts';
import { step } from './watch-machine.ts';
import { initialState, type Effect, type WatchEvent, type WatchState } from './watch-state.ts';

export interface WatchOptions {
  readonly streamer: string;
  /**
   * Posts the offer to the streamer; gives the answer.
   * @param beside whether the call before goes on until this one is answered
   */
  readonly ask: (offer: string | Promise<string>, signal: AbortSignal, beside: boolean) => Promise<string>;
  /** Registers the viewer's name again. */
  readonly register: () => Promise<boolean>;
  /** @param failure why no media came, where that is the reason */
  readonly hangUp: (failure?: ConnectionFailureId) => void;
  /** A connection that nobody uses yet. @param controls whether it needs a channel for controls */
  readonly newPeer: (controls: boolean) => Peer;
  /** By which ways media may come. */
  readonly ice: () => IceSettings;
  /** Whether the streamer has something to be controlled, as the list says now. */
  readonly hasControls: () => boolean;
  readonly timing: Timing;
  readonly random: () => number;
}

/** How many figures are kept: a minute of them. */
const HISTORY = 60;

export class Watch {
  readonly streamer: string;
  readonly #options: WatchOptions;
  readonly #state = signal<WatchState>(initialState);
  readonly #history = signal<readonly Figures[]>([]);
  readonly #stream = signal<MediaStream | undefined>(undefined);
  readonly #remote = signal<Remote | undefined>(undefined);
  readonly #times = signal<TimeToFirstFrame | undefined>(undefined);
  #screens: Screens | undefined;
  #current: Attempt | undefined;
  /** What is made in the background, to become the current one. */
  #next: Attempt | undefined;
  #cancelTimer: () => void = () => undefined;
  #stopSampling: () => void = () => undefined;
  /** When media came last, on the page's clock. */
  #lastArrival = 0;
  #stopped = false;
  #offers = 0;

  constructor(options: WatchOptions) {
    this.streamer = options.streamer;
    this.#options = options;
  }

  get state(): ReadonlySignal<WatchState> {
    return this.#state;
  }

  /** One entry a second of the present connection, the latest last. */
  get history(): ReadonlySignal<readonly Figures[]> {
    return this.#history;
  }

  get stream(): ReadonlySignal<MediaStream | undefined> {
    return this.#stream;
  }

  /** Of the present connection, or of the last one. */
  get timeToFirstFrame(): ReadonlySignal<TimeToFirstFrame | undefined> {
    return this.#times;
  }

  /** Of the present connection, or of the last one; undefined where there is nothing to be controlled. */
  get remote(): ReadonlySignal<Remote | undefined> {
    return this.#remote;
  }

  /** Offers made so far. */
  get offers(): number {
    return this.#offers;
  }

  /** Whether front may hold a call for this watch; not after another tab has taken it over. */
  get holdsCall(): boolean {
    const { phase } = this.#state.peek();
    return !this.#stopped && this.#offers > 0 && !(phase.kind === 'waiting' && phase.failure.id === 'other-tab');
  }

  /** Calls the streamer; where its picture is shown is told by {@link showOn}, which may come later. */
  start(): void {
    if (hasWebRtc()) this.dispatch({ type: 'start' });
    else this.dispatch({ type: 'failed', failure: { id: 'no-webrtc' } });
  }

  /** @param screens where the picture is shown; its first frame is measured */
  showOn(screens: Screens): void {
    this.#screens = screens;
    if (screens.seen) this.#current?.showOn(screens.seen);
  }

  dispatch(event: WatchEvent): void {
    if (this.#stopped) return;
    const { state, effects } = step(this.#state.peek(), event, { now: this.#options.timing.now(), random: this.#options.random });
    this.#state.value = state;
    for (const effect of effects) this.#carryOut(effect);
  }

  /** Reads the statistics now; undefined while there is no connection. */
  async sample(): Promise<Sample | undefined> {
    return this.#current?.peer.sample();
  }

  /** Ends it for good and hangs up. */
  stop(): void {
    if (this.#stopped) return;
    const { holdsCall } = this;
    this.#stopped = true;
    this.#cancelTimer();
    this.#drop();
    if (holdsCall) this.#options.hangUp();
  }

  #carryOut(effect: Effect): void {
    switch (effect.type) {
      case 'offer':
        this.#offer();
        return;
      case 'recall':
        this.#recall();
        return;
      case 'drop-recall':
        this.#dropNext();
        return;
      case 'swap':
        this.#swap();
        return;
      case 'promote':
        this.#promote();
        return;
      case 'diagnose':
        void this.#diagnose();
        return;
      case 'hang-up':
        this.#options.hangUp(effect.failure);
        return;
      case 'drop':
        this.#drop();
        return;
      case 'timer':
        this.#cancelTimer();
        this.#cancelTimer = this.#options.timing.after(effect.ms, () => this.dispatch({ type: 'timer' }));
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

  #offer(): void {
    this.#drop();
    const attempt = this.#attempt(this.#screens?.seen ?? undefined, false, this.#remote.peek()?.position());
    if (!attempt) return;
    this.#current = attempt;
    this.#remote.value = attempt.remote;
    void attempt.run();
  }

  /** The picture is decoded on an element that nobody sees, and mute: the old one is still there. */
  #recall(): void {
    this.#dropNext();
    const unseen = this.#screens?.unseen ?? document.createElement('video');
    unseen.srcObject = null;
    unseen.muted = true;
    unseen.playsInline = true;
    unseen.autoplay = true;
    this.#next = this.#attempt(unseen, true, this.#remote.peek()?.position(this.#lastArrival));
    void this.#next?.run();
  }

  /** @param resume where the film stood */
  #attempt(video: HTMLVideoElement | undefined, beside: boolean, resume: Position | undefined): Attempt | undefined {
    this.#offers += 1;
    const { newPeer, hasControls, timing, ask } = this.#options;
    try {
      const attempt: Attempt = new Attempt({
        controls: hasControls(),
        newPeer,
        ask: (offer, signal) => ask(offer, signal, beside),
        video,
        now: () => timing.now(),
        resume,
        onEvent: (event) => this.#onAttempt(attempt, event),
        onFailed: (failure) => this.#onFailed(attempt, failure),
      });
      return attempt;
    } catch (error) {
      this.dispatch({ type: beside ? 'recall-failed' : 'failed', failure: attemptFailure(error) });
      return undefined;
    }
  }

  #onAttempt(attempt: Attempt, event: AttemptEvent): void {
    if (attempt === this.#next) this.dispatch({ type: 'recall', news: event });
    if (attempt !== this.#current) return;
    this.#times.value = attempt.peer.stopwatch.read();
    this.dispatch({ type: event });
    if (event === 'answered' && attempt === this.#current) this.#present(attempt);
  }

  #onFailed(attempt: Attempt, failure: Failure): void {
    if (attempt === this.#next) this.dispatch({ type: 'recall-failed', failure });
    else if (attempt === this.#current) this.dispatch({ type: 'failed', failure });
  }

  /** What is current has a picture, or will have one. */
  #present(attempt: Attempt): void {
    this.#stream.value = attempt.peer.stream;
    this.#sampleEvery(attempt.peer);
  }

  #swap(): void {
    if (this.#screens && this.#next?.isShownOn(this.#screens.unseen)) {
      this.#screens.turn();
      this.#promote();
      return;
    }
    const release = this.#screens?.hold();
    this.#promote();
    release?.();
  }

  #promote(): void {
    const [old, next] = [this.#current, this.#next];
    const screen = this.#screens?.seen;
    if (!next || !screen) return;
    this.#stopSampling();
    this.#current = next;
    this.#next = undefined;
    this.#remote.value = next.remote;
    this.#times.value = next.peer.stopwatch.read();
    next.showOn(screen);
    if (next.answered) this.#present(next);
    old?.close();
  }

  /** Where the browser tells nothing, the machine goes on without. */
  async #diagnose(): Promise<void> {
    const attempt = this.#current;
    const { phase } = this.#state.peek();
    if (!attempt || phase.kind !== 'connecting' || phase.stage === 'offer' || !phase.failing) return;
    const { stage, failing } = phase;
    const facts = await attempt.peer.path().catch(() => undefined);
    if (attempt !== this.#current) return;
    const around = { pageHost: location.hostname, hasRelay: this.#options.ice().iceServers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url))) };
    this.dispatch({ type: 'diagnosed', failure: facts ? diagnosePath(stage, failing, facts, around) : failing });
  }

  #sampleEvery(peer: Peer): void {
    this.#history.value = [];
    this.#stopSampling = followFlow(peer, this.#options.timing, {
      onFigures: (figures) => {
        this.#history.value = [...this.#history.peek(), figures].slice(-HISTORY);
      },
      onFlows: (at) => {
        this.#lastArrival = at;
        this.dispatch({ type: 'media-flows' });
      },
      onStalled: () => this.dispatch({ type: 'media-stalled' }),
    });
  }

  /** Closes the connections; the last picture stays on the element until a new stream is shown. */
  #drop(): void {
    this.#dropNext();
    this.#stopSampling();
    this.#current?.close();
    this.#current = undefined;
  }

  #dropNext(): void {
    this.#next?.close();
    this.#next = undefined;
  }
}
