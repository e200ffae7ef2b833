/** One attempt to watch: a connection, the request for its answer, its remote control, and where its picture is shown. */
import { failureOf, FailureError, type Failure } from '../connection/failure.ts';
import { Remote } from '../remote/remote.ts';
import type { Position } from '../remote/messages.ts';
import { watchFirstFrame } from './frame-watch.ts';
import type { Peer, PeerEvent } from './peer.ts';

export type AttemptEvent = PeerEvent | 'answered' | 'first-media';

export interface AttemptOptions {
  /** Whether the streamer has something to be controlled. */
  readonly controls: boolean;
  /** @throws DOMException where the browser cannot */
  readonly newPeer: (controls: boolean) => Peer;
  /** Posts the offer to the streamer; gives the answer. */
  readonly ask: (offer: string | Promise<string>, signal: AbortSignal) => Promise<string>;
  /** Where the picture is shown as soon as there is an answer; undefined where that is not known yet. */
  readonly video: HTMLVideoElement | undefined;
  /** Milliseconds of the page's clock. */
  readonly now: () => number;
  /** Where a film stood by the connection before. */
  readonly resume: Position | undefined;
  readonly onEvent: (event: AttemptEvent) => void;
  readonly onFailed: (failure: Failure) => void;
}

export class Attempt {
  readonly peer: Peer;
  /** Where there is something to be controlled. */
  readonly remote: Remote | undefined;
  readonly #options: AttemptOptions;
  readonly #abort = new AbortController();
  #video: HTMLVideoElement | undefined;
  #stopFrameWatch: (() => void) | undefined;
  #answered = false;
  #shown = false;

  /** @throws DOMException where the browser cannot */
  constructor(options: AttemptOptions) {
    this.#options = options;
    this.#video = options.video;
    this.peer = options.newPeer(options.controls);
    this.remote = options.controls && this.peer.channel ? new Remote(this.peer.channel, options.now, options.resume) : undefined;
  }

  get answered(): boolean {
    return this.#answered;
  }

  /** Begins; what becomes of it is told, unless it is closed before. */
  async run(): Promise<void> {
    const { peer } = this;
    peer.begin((type) => this.#tell(type));
    try {
      // What is ready goes out in this very moment, before anything that the page has to draw.
      const asked = this.#options.ask(peer.readyOffer ?? peer.offer(), this.#abort.signal);
      this.#getReady();
      const answer = await asked;
      if (this.#abort.signal.aborted) return;
      peer.stopwatch.mark('answer', performance.now());
      this.#answered = true;
      // First of all: the browser connects while the page changes.
      const accepted = peer.accept(answer);
      this.#tell('answered');
      this.#show();
      await accepted;
    } catch (error) {
      if (!this.#abort.signal.aborted) this.#options.onFailed(attemptFailure(error));
    }
  }

  isShownOn(video: HTMLVideoElement | undefined): boolean {
    return video !== undefined && this.#video === video;
  }

  /** Shows the picture on this element instead, from now on or from when there is one. */
  showOn(video: HTMLVideoElement): void {
    if (video === this.#video) return;
    const before = this.#video;
    this.#video = video;
    if (this.#answered) this.#show();
    else this.#getReady();
    if (before?.srcObject === this.peer.stream) before.srcObject = null;
  }

  close(): void {
    this.#abort.abort();
    this.#stopFrameWatch?.();
    this.remote?.end();
    this.peer.close();
  }

  /** Where there is no last picture to be kept, the element gets ready to play while the answer is awaited. */
  #getReady(): void {
    if (this.#video?.srcObject === null) this.#video.srcObject = this.peer.stream;
  }

  #show(): void {
    if (!this.#video) return;
    if (this.#video.srcObject !== this.peer.stream) this.#video.srcObject = this.peer.stream;
    this.#stopFrameWatch?.();
    if (this.#shown) return;
    this.#stopFrameWatch = watchFirstFrame(this.#video, this.peer, () => {
      this.#shown = true;
      this.#tell('first-media');
    });
  }

  #tell(event: AttemptEvent): void {
    if (!this.#abort.signal.aborted) this.#options.onEvent(event);
  }
}

/** What browsers throw who have no WebRTC for us is a failure of its own. */
export function attemptFailure(error: unknown): Failure {
  const cannotConnect = error instanceof DOMException && error.name !== 'AbortError';
  return failureOf(cannotConnect ? new FailureError({ id: 'no-webrtc', detail: error.message }) : error);
}
