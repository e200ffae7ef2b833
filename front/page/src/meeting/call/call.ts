/** One call between two: runs the machine of call-state.ts and carries out what it asks for. */
import { batch, computed, effect, signal, type ReadonlySignal } from '@preact/signals';
import { failureOf, FailureError } from '../../connection/failure.ts';
import type { Timing } from '../../connection/timing.ts';
import { words } from '../../strings/meeting.ts';
import { Chat } from '../chat/chat.ts';
import type { LocalMedia, MediaState } from '../devices/local-media.ts';
import type { Gathering } from '../gathering.ts';
import { NO_TRACKS, type Participant } from '../participant.ts';
import type { Wire } from '../wire.ts';
import type { CallPeer, CallPeerEvent, CallPeerOptions } from './call-peer.ts';
import { callStep, newCall, type CallEffect, type CallEvent, type CallState } from './call-state.ts';
import type { News } from './news.ts';

export interface CallOptions {
  readonly role: CallState['role'];
  /** Name of the other. */
  readonly other: string;
  /** front's identifier, where it rang here. */
  readonly call?: string;
  readonly wire: Wire;
  readonly media: LocalMedia;
  readonly name: () => string;
  readonly newPeer: (on: Omit<CallPeerOptions, 'iceServers'>) => Promise<CallPeer>;
  readonly timing: Timing;
  /** Milliseconds since 1970. */
  readonly date: () => number;
  readonly onText: (from: string, text: string) => void;
  /** The call is to go on in a room, which is opened by whoever is asked here. */
  readonly onOpenRoom: () => void;
  /** Somebody is to be added. */
  readonly onInvite: (name: string) => void;
  readonly onOver: () => void;
}

/** A call rings even while the browser still asks for the camera: what is allowed later is sent from then on. */
const MEDIA_WAIT_MS = 2_500;
const LISTEN_EVERY_MS = 200;
/** Speech, on the browser's scale from 0 to 1. */
const SPEECH = 0.02;
/** Between two words nobody stops speaking. */
const SPEECH_HOLD_MS = 700;
const ASSUMED: MediaState = { audio: true, video: true, screen: false };
const OTHER = 'other';

export class Call implements Gathering {
  readonly kind = 'call';
  readonly other: string;
  readonly chat: Chat;
  readonly link = signal(undefined);
  readonly #options: CallOptions;
  readonly #state;
  readonly #peer = signal<CallPeer | undefined>(undefined);
  readonly #said = signal(ASSUMED);
  readonly #speaking = signal<string | undefined>(undefined);
  readonly #since = signal<number | undefined>(undefined);
  readonly #ends: (() => void)[] = [];
  #cancelTimer: () => void = () => undefined;
  #listening = false;
  #spokeAt = -Infinity;
  #release: (() => void) | undefined;

  readonly title = computed(() => this.#options.other);
  readonly interrupted = computed(() => {
    const { phase } = this.#state.value;
    return phase.kind === 'connecting' || phase.kind === 'moving' || (phase.kind === 'talking' && phase.interrupted);
  });
  readonly participants = computed<readonly Participant[]>(() => this.#participants());

  constructor(options: CallOptions) {
    this.#options = options;
    this.other = options.other;
    this.#state = signal(newCall(options.role, options.call));
    this.chat = new Chat({
      now: options.date,
      send: (text) => (this.#peer.peek()?.tell({ type: 'text', text }) ? Promise.resolve() : Promise.reject(new FailureError({ id: 'connection-lost' }))),
      onHeard: ({ from, text }) => from !== undefined && options.onText(from, text),
    });
    this.chat.setReady(false);
    this.#release = options.media.hold();
    this.#ends.push(
      effect(() => this.#sendTracks()),
      effect(() => this.#tellMedia(options.media.state.value)),
    );
  }

  get state(): ReadonlySignal<CallState> {
    return this.#state;
  }

  get peer(): ReadonlySignal<CallPeer | undefined> {
    return this.#peer;
  }

  get speaking(): ReadonlySignal<string | undefined> {
    return this.#speaking;
  }

  get since(): ReadonlySignal<number | undefined> {
    return this.#since;
  }

  /** front's identifier of the call, as soon as it has given one. */
  get id(): string | undefined {
    return this.#state.peek().call;
  }

  /** Rings at the other's. */
  async place(): Promise<void> {
    await this.#try(async () => {
      const peer = await this.#makePeer();
      const sdp = await peer.offer();
      if (this.#isOver()) return;
      const { call } = await this.#options.wire.request('call', { to: this.other, sdp });
      this.dispatch({ type: 'placed', call });
    });
  }

  /** Answers what rang here. @param offer the other's SDP */
  async accept(offer: string): Promise<void> {
    await this.#try(async () => {
      const peer = await this.#makePeer();
      const sdp = await peer.answer(offer);
      const call = this.id;
      if (this.#isOver() || call === undefined) return;
      await this.#options.wire.request('accept', { call, sdp });
      this.dispatch({ type: 'answered' });
      peer.release();
    });
  }

  /** The other accepted. @param answer its SDP */
  async onAnswered(answer: string | undefined): Promise<void> {
    const peer = this.#peer.peek();
    this.dispatch({ type: 'answered' });
    try {
      if (answer === undefined) throw new FailureError({ id: 'bad-answer' });
      await peer?.accept(answer);
      peer?.release();
    } catch {
      this.dispatch({ type: 'failed' });
    }
  }

  onCandidates(fragment: string): void {
    this.#peer.peek()?.admit(fragment);
  }

  leave(): void {
    this.dispatch({ type: 'hang-up' });
  }

  stats(): Promise<RTCStatsReport> | undefined {
    return this.#peer.peek()?.stats();
  }

  invite(name: string): void {
    this.#options.onInvite(name);
  }

  /** Between two there is one picture, and it comes as large as it gets through. */
  showAt(): void {
    return undefined;
  }

  dispatch(event: CallEvent): void {
    const before = this.#state.peek();
    const { state, effects } = callStep(before, event, this.#options.timing.now());
    batch(() => {
      this.#state.value = state;
      if (state.phase.kind === 'talking') this.#since.value ??= this.#options.timing.now();
    });
    for (const each of effects) this.#carryOut(each);
    if (state.phase.kind === 'over' && before.phase.kind !== 'over') this.#options.onOver();
  }

  #carryOut(step: CallEffect): void {
    switch (step.type) {
      case 'hang-up':
        void this.#options.wire.request('hang-up', { call: step.call }).catch(() => undefined);
        return;
      case 'close':
        this.#close();
        return;
      case 'open-room':
        this.#options.onOpenRoom();
        return;
      case 'timer':
        this.#cancelTimer();
        this.#cancelTimer = this.#options.timing.after(step.ms, () => this.dispatch({ type: 'timer' }));
        return;
      case 'no-timer':
        this.#cancelTimer();
        return;
    }
  }

  async #try(act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (this.#isOver()) return;
      const failure = error instanceof DOMException ? ({ id: 'no-webrtc', detail: error.message } as const) : failureOf(error);
      this.dispatch({ type: 'refused', failure });
    }
  }

  async #makePeer(): Promise<CallPeer> {
    const { media, newPeer, timing } = this.#options;
    let cancel: () => void = () => undefined;
    const enough = new Promise<void>((resolve) => (cancel = timing.after(MEDIA_WAIT_MS, resolve)));
    await Promise.race([media.start(), enough]);
    cancel();
    const peer = await newPeer({
      onEvent: (event) => this.#onPeer(event),
      onNews: (news) => this.#onNews(news),
      onFragment: (fragment) => this.#sendFragment(fragment),
    });
    if (this.#isOver()) peer.close();
    this.#peer.value = peer;
    return peer;
  }

  #sendFragment(fragment: string): void {
    const call = this.id;
    if (call !== undefined) void this.#options.wire.request('candidates', { call, fragment }).catch(() => undefined);
  }

  #onPeer(event: CallPeerEvent): void {
    switch (event) {
      case 'channel-open':
        this.chat.setReady(true);
        this.chat.note(words.chat.opened);
        this.#tellMedia(this.#options.media.state.peek());
        return;
      case 'channel-closed':
        if (this.#isOver()) return;
        this.chat.setReady(false);
        this.chat.note(words.chat.closed);
        return;
      case 'connected':
        this.dispatch({ type: 'connected' });
        this.#listenToSpeech();
        return;
      case 'interrupted':
      case 'failed':
        this.dispatch({ type: event });
    }
  }

  #onNews(news: News): void {
    if (news.type === 'media') this.#said.value = news;
    else this.chat.hear({ from: this.other, to: undefined, private: false, at: this.#options.date(), text: news.text });
  }

  #sendTracks(): void {
    const { media } = this.#options;
    const peer = this.#peer.value;
    const [audio, camera, screen] = [media.microphone.value, media.camera.value, media.screen.value];
    peer?.send('audio', audio);
    peer?.send('camera', camera);
    peer?.send('screen', screen);
  }

  #tellMedia(state: MediaState): void {
    this.#peer.peek()?.tell({ type: 'media', ...state });
  }

  #listenToSpeech(): void {
    if (this.#listening) return;
    this.#listening = true;
    const listen = (): void => {
      const { timing } = this.#options;
      if (this.#isOver()) return;
      if ((this.#peer.peek()?.loudness() ?? 0) > SPEECH) this.#spokeAt = timing.now();
      this.#speaking.value = this.#said.peek().audio && timing.now() - this.#spokeAt < SPEECH_HOLD_MS ? OTHER : undefined;
      timing.after(LISTEN_EVERY_MS, listen);
    };
    listen();
  }

  #participants(): readonly Participant[] {
    const { media, name } = this.#options;
    const { audio, camera: picture } = this.#peer.value?.tracks.value ?? NO_TRACKS;
    const said = this.#said.value;
    // There is one picture: a screen takes the camera's place.
    const shows = said.screen ? { video: false, tracks: { audio, screen: picture } } : { tracks: { audio, camera: picture } };
    return [
      { id: OTHER, name: this.other, self: false, ...said, ...shows },
      { id: 'self', name: name(), self: true, ...media.state.value, tracks: { camera: media.camera.value, screen: media.screen.value } },
    ];
  }

  #isOver(): boolean {
    return this.#state.peek().phase.kind === 'over';
  }

  #close(): void {
    for (const end of this.#ends.splice(0)) end();
    this.#peer.peek()?.close();
    this.#peer.value = undefined;
    this.#speaking.value = undefined;
    this.#release?.();
    this.#release = undefined;
  }
}
