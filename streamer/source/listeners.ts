/** The listeners of a source: those who watch its frames, and those who are told when it cannot go on. */
import type { MediaFrame } from './source.ts';

export class SourceListeners {
  readonly #frame: ((frame: MediaFrame) => void)[] = [];
  readonly #failure: ((error: Error) => void)[] = [];

  onFrame(listener: (frame: MediaFrame) => void): void {
    this.#frame.push(listener);
  }

  onFailure(listener: (error: Error) => void): void {
    this.#failure.push(listener);
  }

  frame(frame: MediaFrame): void {
    for (const listener of this.#frame) listener(frame);
  }

  failure(error: Error): void {
    for (const listener of this.#failure) listener(error);
  }
}
