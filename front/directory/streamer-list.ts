/** Who streams, as last heard; it is heard by NOTIFY and by asking, and a slow answer must not undo a newer one. */
import type { Streamer } from './streamer.ts';

export class StreamerList {
  #current: readonly Streamer[] | undefined;
  #text = '';
  #begun = 0;
  #taken = 0;
  readonly #listeners: ((streamers: readonly Streamer[]) => void)[] = [];

  /** Undefined until something was heard. */
  get current(): readonly Streamer[] | undefined {
    return this.#current;
  }

  /** Called with each list that differs from the one before. */
  onChange(listener: (streamers: readonly Streamer[]) => void): void {
    this.#listeners.push(listener);
  }

  /** Begins a reading, which may take a while. The function that comes back takes its result, unless a reading begun later was faster. */
  begin(): (streamers: readonly Streamer[]) => void {
    const number = ++this.#begun;
    return (streamers) => {
      if (number < this.#taken) return;
      this.#taken = number;
      const text = JSON.stringify(streamers);
      if (text === this.#text) return;
      this.#text = text;
      this.#current = streamers;
      for (const listener of this.#listeners) listener(streamers);
    };
  }
}
