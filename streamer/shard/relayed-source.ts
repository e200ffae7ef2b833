/** The source as a worker thread sees it: what is played in the main thread comes here by messages. */
import { SourceListeners } from '../source/listeners.ts';
import type { MediaFrame, Source, Track } from '../source/source.ts';
import { unpackFrame, type FrameMessage } from './messages.ts';

export class RelayedSource implements Source {
  readonly tracks: readonly Track[];
  readonly #timeOrigin: number;
  readonly #listeners = new SourceListeners();
  /** Asks the main thread's source; there where that one can have a keyframe made. */
  readonly requestKeyframe?: () => void;
  #epoch = 0;

  /** @param timeOrigin ms since 1970 at which this thread's clock was 0 */
  constructor(tracks: readonly Track[], timeOrigin: number, requestKeyframe?: () => void) {
    this.tracks = tracks;
    this.#timeOrigin = timeOrigin;
    if (requestKeyframe) this.requestKeyframe = requestKeyframe;
  }

  get epoch(): number {
    return this.#epoch;
  }

  receive(message: FrameMessage): void {
    this.#epoch = message.epoch - this.#timeOrigin;
    this.#listeners.frame(unpackFrame(message));
  }

  onFrame(listener: (frame: MediaFrame) => void): void {
    this.#listeners.onFrame(listener);
  }

  /** The main thread hears of failures. */
  onFailure(): void {
    // Nothing fails here.
  }

  start(): void {
    // The main thread's affair.
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
