/** Being live: from the wish to publish until it is over, on whichever screen one is meanwhile. */
import { effect, signal, type ReadonlySignal } from '@preact/signals';
import { failureOf, type Failure } from '../connection/failure.ts';
import type { Timing } from '../connection/timing.ts';
import type { LivePeer, LivePeerEvent, SentReading } from './live-peer.ts';
import type { WhipClient } from './whip-client.ts';

/** From the answer on; whoever needs longer is behind something that lets no media through. */
const CONNECT_LIMIT_MS = 15_000;
const READING_INTERVAL_MS = 1_000;

export type LivePhase =
  /** With why it is over, or could not begin. */
  | { readonly kind: 'off'; readonly failure: Failure | undefined }
  | { readonly kind: 'starting' }
  /** `since`: when the media came through, on the page's clock, ms; undefined before. */
  | { readonly kind: 'live'; readonly name: string; readonly title: string; readonly since: number | undefined; readonly interrupted: boolean };

export interface LiveFigures {
  readonly bitsPerSecond: number;
  readonly framesSent: number;
  readonly framesPerSecond: number;
  /** 0 where there is no picture. */
  readonly width: number;
  readonly height: number;
}

/** What is to be sent: see LocalMedia. */
export interface LiveMedia {
  readonly microphone: ReadonlySignal<MediaStreamTrack | undefined>;
  readonly camera: ReadonlySignal<MediaStreamTrack | undefined>;
  readonly screen: ReadonlySignal<MediaStreamTrack | undefined>;
  hold(): () => void;
}

export interface LiveOptions {
  readonly whip: Pick<WhipClient, 'publish' | 'end'>;
  readonly media: LiveMedia;
  /** Undefined for who has no account. */
  readonly bearer: () => Promise<string | undefined>;
  readonly newPeer: (onEvent: (event: LivePeerEvent) => void) => Pick<LivePeer, 'offer' | 'accept' | 'send' | 'read' | 'close'>;
  readonly timing: Timing;
}

type Peer = ReturnType<LiveOptions['newPeer']>;

export class Live {
  readonly #options: LiveOptions;
  readonly #phase = signal<LivePhase>({ kind: 'off', failure: undefined });
  readonly #figures = signal<LiveFigures | undefined>(undefined);
  #peer: Peer | undefined;
  #location: string | undefined;
  #release: (() => void)[] = [];
  #cancelReading: () => void = () => undefined;
  #before: (SentReading & { readonly at: number }) | undefined;
  /** Counts beginnings and ends: what was asked before one means nothing after it. */
  #turn = 0;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  get phase(): ReadonlySignal<LivePhase> {
    return this.#phase;
  }

  /** Of the last second; undefined before there is one. */
  get figures(): ReadonlySignal<LiveFigures | undefined> {
    return this.#figures;
  }

  /** Never rejects: what went wrong stands in the phase. */
  async start(name: string, title: string): Promise<void> {
    if (this.#phase.peek().kind !== 'off') return;
    const turn = ++this.#turn;
    this.#phase.value = { kind: 'starting' };
    const { media, whip, bearer, newPeer, timing } = this.#options;
    this.#release.push(media.hold());
    try {
      const peer = newPeer((event) => this.#onPeer(turn, event));
      this.#peer = peer;
      this.#release.push(effect(() => peer.send(media.microphone.value, media.screen.value ?? media.camera.value)));
      const { answer, location } = await whip.publish({ name, title, sdp: await peer.offer(), bearer: await bearer() });
      if (turn !== this.#turn) {
        void whip.end(location);
        return;
      }
      this.#location = location;
      await peer.accept(answer);
      if (turn !== this.#turn) return;
      this.#phase.value = { kind: 'live', name, title: title === '' ? name : title, since: undefined, interrupted: false };
      this.#release.push(timing.after(CONNECT_LIMIT_MS, () => {
        const phase = this.#phase.peek();
        if (phase.kind === 'live' && phase.since === undefined) this.#end({ id: 'connection-blocked' });
      }));
      this.#readLater(turn);
    } catch (error) {
      if (turn === this.#turn) this.#end(failureOf(error));
    }
  }

  /** Also when the page closes. */
  stop(): void {
    if (this.#phase.peek().kind !== 'off') this.#end(undefined);
  }

  #end(failure: Failure | undefined): void {
    this.#turn++;
    this.#peer?.close();
    this.#peer = undefined;
    this.#cancelReading();
    for (const release of this.#release.splice(0)) release();
    if (this.#location !== undefined) void this.#options.whip.end(this.#location);
    this.#location = undefined;
    this.#before = undefined;
    this.#figures.value = undefined;
    this.#phase.value = { kind: 'off', failure };
  }

  #onPeer(turn: number, event: LivePeerEvent): void {
    const phase = this.#phase.peek();
    if (turn !== this.#turn || phase.kind === 'off') return;
    if (event === 'failed') this.#end({ id: phase.kind === 'live' && phase.since !== undefined ? 'connection-lost' : 'connection-blocked' });
    else if (event === 'ended') this.#end({ id: 'stream-ended' });
    else if (phase.kind === 'live') this.#phase.value = { ...phase, since: phase.since ?? (event === 'connected' ? this.#options.timing.now() : undefined), interrupted: event === 'interrupted' };
  }

  #readLater(turn: number): void {
    this.#cancelReading = this.#options.timing.after(READING_INTERVAL_MS, () => void this.#read(turn));
  }

  async #read(turn: number): Promise<void> {
    const reading = await this.#peer?.read().catch(() => undefined);
    if (turn !== this.#turn) return;
    if (reading) this.#note(reading);
    this.#readLater(turn);
  }

  #note(reading: SentReading): void {
    const at = this.#options.timing.now();
    const before = this.#before;
    this.#before = { ...reading, at };
    if (!before || at <= before.at) return;
    const seconds = (at - before.at) / 1000;
    const { frames, width, height, bytes } = reading;
    this.#figures.value = { bitsPerSecond: (8 * Math.max(0, bytes - before.bytes)) / seconds, framesSent: frames, framesPerSecond: Math.max(0, frames - before.frames) / seconds, width, height };
  }
}
