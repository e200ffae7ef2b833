/** A file that needs no encoder, played over and over at its own pace; all viewers see the same moment. */
import type { Clock } from '../../../shared/sip/timing/clock.ts';
import { SourceListeners } from '../listeners.ts';
import { Packetizer } from '../packetizer.ts';
import { Playout } from '../playout.ts';
import type { EncodedFrame, MediaFrame, Source, Track } from '../source.ts';
import type { Film } from './film.ts';

/** Between two rounds. */
const MAX_PAUSE_SECONDS = 2;
const STEP_SECONDS = 0.04;

/** The frames again and again, with times that go on from one round to the next without a gap. */
export async function* endlessly(file: Pick<Film, 'duration' | 'frames'>): AsyncGenerator<EncodedFrame, void> {
  for (let begun = 0; ; ) {
    let last = -Infinity;
    for await (const frame of file.frames()) {
      last = Math.max(last, frame.seconds);
      yield { ...frame, seconds: begun + frame.seconds };
    }
    if (last === -Infinity) return;
    // What a file says of its duration may be wrong, or may not be known before its end is read.
    begun += file.duration > last && file.duration < last + MAX_PAUSE_SECONDS ? file.duration : last + STEP_SECONDS;
  }
}

/** What is played over and over: a film, or what looks like one. */
export type Playable = Pick<Film, 'tracks' | 'duration' | 'frames' | 'close'>;

export interface FileSourceOptions {
  /** What is played on when the film cannot be read any more; undefined when there is nothing. */
  readonly onBroken?: (error: unknown) => AsyncGenerator<EncodedFrame, void> | undefined;
  /** Called when the source stops, before its reader has let go: whatever the reader waits for must end. */
  readonly onStopped?: () => Promise<void>;
}

async function* withReplacement(frames: AsyncGenerator<EncodedFrame, void>, replacement: FileSourceOptions['onBroken']): AsyncGenerator<EncodedFrame, void> {
  let last = 0;
  try {
    for await (const frame of frames) {
      last = Math.max(last, frame.seconds);
      yield frame;
    }
  } catch (error) {
    const others = replacement?.(error);
    if (!others) throw error;
    let offset: number | undefined;
    for await (const frame of others) {
      offset ??= last + STEP_SECONDS - frame.seconds;
      yield { ...frame, seconds: frame.seconds + offset };
    }
  }
}

export class FileSource implements Source {
  readonly tracks: readonly Track[];
  readonly #file: Playable;
  readonly #options: FileSourceOptions;
  readonly #playout: Playout;
  #stopped = false;
  readonly #listeners = new SourceListeners();
  readonly #packetizers: ReadonlyMap<number, Packetizer>;

  constructor(file: Playable, clock: Clock, options: FileSourceOptions = {}) {
    this.#options = options;
    this.#file = file;
    this.tracks = file.tracks;
    this.#packetizers = new Map(file.tracks.map((track) => [track.id, new Packetizer(track)]));
    this.#playout = new Playout({
      clock,
      frames: withReplacement(endlessly(file), (error) => (this.#stopped ? undefined : options.onBroken?.(error))),
      onFrame: (frame) => this.#emit(frame),
      onEnd: () => this.#listeners.failure(new Error('The file holds no frames any more')),
      onError: (cause) => this.#listeners.failure(new Error('The file cannot be read on', { cause })),
    });
  }

  get epoch(): number {
    return this.#playout.epoch;
  }

  onFrame(listener: (frame: MediaFrame) => void): void {
    this.#listeners.onFrame(listener);
  }

  onFailure(listener: (error: Error) => void): void {
    this.#listeners.onFailure(listener);
  }

  start(): void {
    this.#playout.start();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    const played = this.#playout.stop();
    await this.#options.onStopped?.();
    await played;
    this.#file.close();
  }

  #emit(frame: EncodedFrame): void {
    const packetized = this.#packetizers.get(frame.track)?.packetize(frame);
    if (packetized) this.#listeners.frame(packetized);
  }
}
