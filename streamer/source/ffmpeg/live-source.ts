/**
 * An input that one ffmpeg encodes for all viewers, as long as there are any. When ffmpeg ends by itself, or shows nothing for a
 * while, it is started anew, and the timestamps go on, so that viewers see the picture stand still and then continue.
 */
import type { Cancel, Clock } from '../../../shared/sip/timing/clock.ts';
import { Backoff } from '../../../shared/registration/backoff.ts';
import { SourceListeners } from '../listeners.ts';
import { Packetizer } from '../packetizer.ts';
import type { EncodedFrame, MediaFrame, Source, Track } from '../source.ts';
import { pipeArguments, type LiveTrack } from './arguments.ts';
import { Encoder } from './encoder.ts';
import type { LiveInput } from './inputs.ts';

const RESTART = { firstMs: 500, maxMs: 30_000 } as const;
/** An encoder that ran this long was healthy: its end is the first failure of its kind. */
const HEALTHY_MS = 10_000;
/** Connecting to a camera takes its time, until the first frame; after that, silence is a fault. */
const FIRST_FRAME_MS = 20_000;
const STALL_MS = 5_000;
/** When frames come this far from where their timestamps say, the clock of the input is another one: time is counted anew. */
const MAX_DRIFT_MS = 2_000;
const CATCH_UP_STEP_SECONDS = 0.001;

export const DEFAULT_IDLE_STOP_SECONDS = 30;

/** A track that viewers get, and how ffmpeg makes it. */
export interface EncodedTrack {
  readonly track: Track;
  readonly encoding: LiveTrack;
}

export interface LiveSourceOptions {
  readonly ffmpeg: string;
  readonly input: LiveInput;
  readonly tracks: readonly EncodedTrack[];
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  /** How long ffmpeg goes on after the last viewer has left; Infinity to let it run from the start to the end. */
  readonly idleStopMs: number;
  /** Hears that ffmpeg has ended and will be started again in `waitMs`. */
  readonly onRestart: (reason: string, waitMs: number) => void;
}

export class LiveSource implements Source {
  readonly tracks: readonly Track[];
  readonly #options: LiveSourceOptions;
  readonly #listeners = new SourceListeners();
  readonly #backoff: Backoff;
  readonly #packetizers: readonly Packetizer[];
  readonly #epoch: number;
  #encoder: Encoder | undefined;
  #cancelRestart: Cancel | undefined;
  #cancelIdle: Cancel | undefined;
  #cancelStall: Cancel | undefined;
  #lastFrameAt = 0;
  /** What is added to the times of the present encoder, in seconds; undefined until its first frame. */
  #offset: number | undefined;
  /** The latest time that was given to a frame. */
  #latestSeconds = 0;
  #wanted = false;
  #stopping: Promise<void> = Promise.resolve();

  constructor(options: LiveSourceOptions) {
    this.#options = options;
    this.#backoff = new Backoff(RESTART, options.random);
    this.#epoch = options.clock.now();
    this.tracks = options.tracks.map(({ track }) => track);
    this.#packetizers = this.tracks.map((track) => new Packetizer(track));
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

  start(): void {
    if (this.#options.idleStopMs === Infinity) this.#run();
  }

  audience(viewers: number): void {
    const { clock, idleStopMs } = this.#options;
    this.#cancelIdle?.();
    this.#cancelIdle = undefined;
    if (viewers > 0) this.#run();
    else if (this.#wanted && idleStopMs !== Infinity) this.#cancelIdle = clock.setTimeout(() => void this.#rest(), idleStopMs);
  }

  async stop(): Promise<void> {
    this.#cancelIdle?.();
    await this.#rest();
  }

  #run(): void {
    if (this.#wanted) return;
    this.#wanted = true;
    this.#backoff.reset();
    void this.#stopping.then(() => this.#encode());
  }

  async #rest(): Promise<void> {
    this.#wanted = false;
    this.#cancelRestart?.();
    this.#cancelStall?.();
    const encoder = this.#encoder;
    this.#encoder = undefined;
    this.#stopping = encoder?.stop() ?? Promise.resolve();
    await this.#stopping;
  }

  #encode(): void {
    if (!this.#wanted || this.#encoder) return;
    const { ffmpeg, input, tracks, clock } = this.#options;
    const startedAt = clock.now();
    this.#offset = undefined;
    this.#lastFrameAt = startedAt;
    const encoder = new Encoder({
      ffmpeg,
      arguments: pipeArguments(input, tracks.map(({ encoding }) => encoding)),
      onFrame: (frame) => this.#emit(frame),
      onEnd: (reason) => {
        if (clock.now() - startedAt > HEALTHY_MS) this.#backoff.reset();
        this.#restartLater(reason);
      },
    });
    this.#encoder = encoder;
    this.#watch(encoder, FIRST_FRAME_MS);
  }

  /** Ends an encoder that has shown nothing for `limitMs`. */
  #watch(encoder: Encoder, limitMs: number): void {
    const { clock } = this.#options;
    this.#cancelStall?.();
    this.#cancelStall = clock.setTimeout(() => {
      if (this.#encoder !== encoder) return;
      const silentMs = clock.now() - this.#lastFrameAt;
      const allowedMs = this.#offset === undefined ? FIRST_FRAME_MS : STALL_MS;
      if (silentMs < allowedMs) {
        this.#watch(encoder, allowedMs - silentMs);
        return;
      }
      void encoder.stop().then(() => this.#restartLater(`it showed nothing for ${allowedMs / 1000} s`));
    }, limitMs);
  }

  #restartLater(reason: string): void {
    this.#encoder = undefined;
    this.#cancelStall?.();
    if (!this.#wanted) return;
    const waitMs = this.#backoff.next();
    this.#options.onRestart(reason, waitMs);
    this.#cancelRestart = this.#options.clock.setTimeout(() => this.#encode(), waitMs);
  }

  #emit(frame: EncodedFrame): void {
    const now = this.#options.clock.now();
    const due = (now - this.#epoch) / 1000;
    if (this.#offset === undefined) {
      this.#offset = due - frame.seconds;
      if (this.#encoder) this.#watch(this.#encoder, STALL_MS);
    } else if (Math.abs(due - frame.seconds - this.#offset) * 1000 > MAX_DRIFT_MS) {
      // An encoder that catches up after it was held up sends frames early: viewers' time stands still for them, it never goes back.
      this.#offset = Math.max(due, this.#latestSeconds + CATCH_UP_STEP_SECONDS) - frame.seconds;
    }
    this.#latestSeconds = Math.max(this.#latestSeconds, frame.seconds + this.#offset);
    this.#lastFrameAt = now;
    // Matroska counts its tracks from 1, in the order in which they were asked for.
    const packetized = this.#packetizers[frame.track - 1]?.packetize({ ...frame, seconds: frame.seconds + this.#offset });
    if (packetized) this.#listeners.frame(packetized);
  }
}
