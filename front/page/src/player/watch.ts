/** Watching one streamer: runs the machine of watch-machine.ts and carries out what it asks for. */
import { signal, type ReadonlySignal } from '@preact/signals';
import type { ConnectionFailureId } from '../../../../shared/diagnosis/connection-failure.ts';
import { diagnosePath } from '../diagnosis/diagnose.ts';
import { failureOf, FailureError } from '../connection/failure.ts';
import type { Timing } from '../connection/timing.ts';
import { figuresOf, type Figures } from '../stats/figures.ts';
import { MediaFlow } from '../stats/flow.ts';
import type { TimeToFirstFrame } from '../stats/first-frame.ts';
import type { Sample } from '../stats/sample.ts';
import type { IceSettings } from '../meeting/ice-settings.ts';
import { watchFirstFrame } from './frame-watch.ts';
import { Remote } from '../remote/remote.ts';
import { hasWebRtc, type Peer, type PeerEvent } from './peer.ts';
import { step } from './watch-machine.ts';
import { initialState, type Effect, type WatchEvent, type WatchState } from './watch-state.ts';

export interface WatchOptions {
  readonly streamer: string;
  /** Posts the offer to the streamer; gives the answer. */
  readonly ask: (makeOffer: Promise<string>, signal: AbortSignal) => Promise<string>;
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

/** How often statistics are read. */
const SAMPLE_MS = 1_000;
const SUSPECT_SAMPLE_MS = 300;
/** Figures that are kept: a minute of them. */
const HISTORY = 60;

export class Watch {
  readonly streamer: string;
  readonly #options: WatchOptions;
  readonly #state = signal<WatchState>(initialState);
  readonly #history = signal<readonly Figures[]>([]);
  readonly #stream = signal<MediaStream | undefined>(undefined);
  readonly #remote = signal<Remote | undefined>(undefined);
  readonly #times = signal<TimeToFirstFrame | undefined>(undefined);
  #video: HTMLVideoElement | undefined;
  #peer: Peer | undefined;
  #abort = new AbortController();
  #cancelTimer: () => void = () => undefined;
  #stopFrameWatch: () => void = () => undefined;
  #stopSampling: () => void = () => undefined;
  #sampleSooner: () => void = () => undefined;
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

  /** @param video where the picture is shown; its first frame is measured */
  start(video: HTMLVideoElement): void {
    this.#video = video;
    if (hasWebRtc()) this.dispatch({ type: 'start' });
    else this.dispatch({ type: 'failed', failure: { id: 'no-webrtc' } });
  }

  dispatch(event: WatchEvent): void {
    if (this.#stopped) return;
    const { state, effects } = step(this.#state.peek(), event, { now: this.#options.timing.now(), random: this.#options.random });
    const hurry = isDoubtful(state) && !isDoubtful(this.#state.peek());
    this.#state.value = state;
    if (hurry) this.#sampleSooner();
    for (const effect of effects) this.#carryOut(effect);
  }

  /** Reads the statistics now; undefined while there is no connection. */
  async sample(): Promise<Sample | undefined> {
    return this.#peer?.sample();
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
        void this.#offer();
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

  async #offer(): Promise<void> {
    this.#drop();
    this.#offers += 1;
    const abort = (this.#abort = new AbortController());
    try {
      const { newPeer, hasControls, timing } = this.#options;
      const controls = hasControls();
      const peer = (this.#peer = newPeer(controls));
      peer.begin((type) => this.#onPeer(peer, type));
      this.#remote.value = controls && peer.channel ? new Remote(peer.channel, () => timing.now(), this.#remote.peek()?.position()) : undefined;
      const asked = this.#options.ask(peer.offer(), abort.signal);
      if (this.#video?.srcObject === null) this.#attach(this.#video, peer);
      const answer = await asked;
      if (peer !== this.#peer) return;
      peer.stopwatch.mark('answer', performance.now());
      // First of all: the browser connects while the page changes.
      const accepted = peer.accept(answer);
      this.dispatch({ type: 'answered' });
      this.#show(peer);
      await accepted;
    } catch (error) {
      if (abort.signal.aborted) return;
      const cannotConnect = error instanceof DOMException && error.name !== 'AbortError';
      this.dispatch({ type: 'failed', failure: cannotConnect ? failureOf(new FailureError({ id: 'no-webrtc', detail: error.message })) : failureOf(error) });
    }
  }

  /** Where the browser tells nothing, the machine goes on without. */
  async #diagnose(): Promise<void> {
    const peer = this.#peer;
    const { phase } = this.#state.peek();
    if (!peer || phase.kind !== 'connecting' || phase.stage === 'offer' || !phase.failing) return;
    const { stage, failing } = phase;
    const facts = await peer.path().catch(() => undefined);
    if (peer !== this.#peer) return;
    const around = { pageHost: location.hostname, hasRelay: this.#options.ice().iceServers.some(({ urls }) => [urls].flat().some((url) => /^turns?:/.test(url))) };
    this.dispatch({ type: 'diagnosed', failure: facts ? diagnosePath(stage, failing, facts, around) : failing });
  }

  #onPeer(peer: Peer, type: PeerEvent): void {
    if (peer !== this.#peer) return;
    this.#times.value = peer.stopwatch.read();
    this.dispatch({ type });
  }

  /** Where there is no last picture to be kept, the element gets ready to play while the answer is awaited. */
  #attach(video: HTMLVideoElement, peer: Peer): void {
    video.srcObject = peer.stream;
    this.#stream.value = peer.stream;
  }

  #show(peer: Peer): void {
    const video = this.#video;
    if (!video) return;
    if (video.srcObject !== peer.stream) this.#attach(video, peer);
    this.#stopFrameWatch = watchFirstFrame(video, peer, () => {
      this.#times.value = peer.stopwatch.read();
      this.dispatch({ type: 'first-media' });
    });
    this.#sampleEvery(peer);
  }

  #sampleEvery(peer: Peer): void {
    const flow = new MediaFlow();
    let earlier: Sample | undefined;
    this.#history.value = [];
    let cancel: () => void = () => undefined;
    const read = async (): Promise<void> => {
      const sample = await peer.sample();
      if (peer !== this.#peer) return;
      if (!earlier || sample.at - earlier.at >= 0.9 * SAMPLE_MS) {
        this.#history.value = [...this.#history.peek(), figuresOf(earlier, sample)].slice(-HISTORY);
        earlier = sample;
      }
      const halted = this.#remote.peek()?.paused === true;
      if (halted) flow.rest(sample);
      const flowing = halted ? 'quiet' : flow.judge(sample, isDoubtful(this.#state.peek()));
      if (flowing === 'flows') this.dispatch({ type: 'media-flows' });
      else if (flowing === 'stalled') this.dispatch({ type: 'media-stalled' });
      schedule();
    };
    const schedule = (): void => {
      cancel();
      cancel = this.#options.timing.after(isDoubtful(this.#state.peek()) ? SUSPECT_SAMPLE_MS : SAMPLE_MS, () => void read());
    };
    schedule();
    this.#sampleSooner = schedule;
    this.#stopSampling = () => {
      cancel();
      this.#sampleSooner = () => undefined;
    };
  }

  /** Closes the connection; the last picture stays on the element until a new stream is shown. */
  #drop(): void {
    this.#abort.abort();
    this.#stopFrameWatch();
    this.#stopSampling();
    const peer = this.#peer;
    this.#peer = undefined;
    this.#remote.peek()?.end();
    peer?.close();
  }
}

/** Something points to trouble, so the flow of media is watched closely. */
function isDoubtful({ phase }: WatchState): boolean {
  return phase.kind === 'interrupted' || (phase.kind === 'playing' && phase.suspect);
}
