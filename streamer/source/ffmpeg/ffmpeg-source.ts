/**
 * An input that one ffmpeg encodes for all viewers. When ffmpeg ends by itself it is started anew after a while, and the
 * timestamps go on, so that viewers see the picture stand still and then continue.
 */
import type { Cancel, Clock } from '../../../shared/sip/timing/clock.ts';
import { Backoff } from '../../backoff.ts';
import { SourceListeners } from '../listeners.ts';
import { Packetizer } from '../packetizer.ts';
import { InputError, type EncodedFrame, type MediaFrame, type Source, type Track } from '../source.ts';
import { Encoder } from './encoder.ts';

/** An input that shows no frame in this time cannot be watched. */
const OPEN_TIMEOUT_MS = 20_000;
const RESTART = { firstMs: 500, maxMs: 30_000 } as const;
/** An encoder that ran this long was healthy: its end is the first failure of its kind. */
const HEALTHY_MS = 10_000;
/** When frames come this far from where their timestamps say, the clock of the input is another one: time is counted anew. */
const MAX_DRIFT_MS = 2_000;

export interface FfmpegSourceOptions {
  readonly ffmpeg: string;
  readonly input: string;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** Hears that ffmpeg has ended and will be started again in `waitMs`. */
  readonly onRestart: (reason: string, waitMs: number) => void;
}

export class FfmpegSource implements Source {
  readonly #options: FfmpegSourceOptions;
  readonly #listeners = new SourceListeners();
  readonly #backoff: Backoff;
  #packetizers: ReadonlyMap<number, Packetizer> = new Map<number, Packetizer>();
  #encoder: Encoder | undefined;
  #cancelRestart: Cancel | undefined;
  #epoch: number;
  /** What is added to the times of the present encoder, in seconds; undefined until its first frame. */
  #offset: number | undefined;
  #stopped = false;
  tracks: readonly Track[] = [];

  private constructor(options: FfmpegSourceOptions) {
    this.#options = options;
    this.#backoff = new Backoff(RESTART, options.random);
    this.#epoch = options.clock.now();
  }

  /**
   * Starts ffmpeg and waits until it shows what it makes of the input.
   * @throws InputError when ffmpeg cannot read it, or is silent for {@link OPEN_TIMEOUT_MS}
   */
  static async open(options: FfmpegSourceOptions): Promise<FfmpegSource> {
    const source = new FfmpegSource(options);
    try {
      await source.#open();
    } catch (error) {
      await source.stop();
      throw error;
    }
    return source;
  }

  get epoch(): number {
    return this.#epoch;
  }

  /** The process that encodes at present. */
  get pid(): number | undefined {
    return this.#encoder?.pid;
  }

  onFrame(listener: (frame: MediaFrame) => void): void {
    this.#listeners.onFrame(listener);
  }

  onFailure(listener: (error: Error) => void): void {
    this.#listeners.onFailure(listener);
  }

  /** The encoder runs since {@link open}. */
  start(): void {}

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancelRestart?.();
    await this.#encoder?.stop();
  }

  #open(): Promise<void> {
    const { clock, input } = this.#options;
    return new Promise((resolve, reject) => {
      const cancel = clock.setTimeout(() => reject(new InputError(`${input} shows nothing for ${OPEN_TIMEOUT_MS / 1000} s`)), OPEN_TIMEOUT_MS);
      this.#encode(
        (tracks) => {
          cancel();
          this.tracks = tracks;
          this.#packetizers = new Map(tracks.map((track) => [track.id, new Packetizer(track)]));
          resolve();
        },
        (reason) => {
          cancel();
          reject(new InputError(`ffmpeg cannot read ${input}: ${reason.replace(`file:${input}: `, '')}`));
        },
      );
    });
  }

  /** @param onFirstEnd called instead of a restart when ffmpeg ends before it has shown any track */
  #encode(onTracks: (tracks: readonly Track[]) => void, onFirstEnd?: (reason: string) => void): void {
    const { ffmpeg, input, clock } = this.#options;
    const startedAt = clock.now();
    let shown = false;
    this.#offset = undefined;
    this.#encoder = new Encoder({
      ffmpeg,
      input,
      onTracks: (tracks) => {
        shown = true;
        onTracks(tracks);
      },
      onFrame: (frame) => this.#emit(frame),
      onEnd: (reason) => {
        if (clock.now() - startedAt > HEALTHY_MS) this.#backoff.reset();
        if (!shown && onFirstEnd) onFirstEnd(reason);
        else this.#restartLater(reason);
      },
    });
  }

  #restartLater(reason: string): void {
    if (this.#stopped) return;
    const waitMs = this.#backoff.next();
    this.#options.onRestart(reason, waitMs);
    this.#cancelRestart = this.#options.clock.setTimeout(() => this.#encode(() => undefined), waitMs);
  }

  #emit(frame: EncodedFrame): void {
    const now = this.#options.clock.now();
    this.#offset ??= (now - this.#epoch) / 1000 - frame.seconds;
    const seconds = frame.seconds + this.#offset;
    if (Math.abs(now - this.#epoch - seconds * 1000) > MAX_DRIFT_MS) this.#epoch = now - seconds * 1000;
    const packetized = this.#packetizers.get(frame.track)?.packetize({ ...frame, seconds });
    if (packetized) this.#listeners.frame(packetized);
  }
}
