/**
 * Hands out encoded frames so that each is out at the moment when it is due, by a monotonic clock: what takes long to hand out is
 * begun with before. Reads a little ahead, so that a slow disk makes nobody stutter.
 */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import { HandOutTime } from './hand-out-time.ts';
import type { EncodedFrame } from './source.ts';

/** How much media is read before it is due; and when reading goes on. In runs, for frame by frame each costs several times as much. */
const LOOK_AHEAD_SECONDS = 1;
const READ_ON_SECONDS = 0.6;
/** Frames that are due so soon after one that goes out go with it, ms: each time that a process wakes costs as much as several packets. */
const TOGETHER_MS = 8;
/** A source that was held up longer than this (a sleeping laptop, a stalled disk) goes on from where it was, rather than hurry. */
const MAX_LATENESS_MS = 500;

export interface PlayoutOptions {
  readonly clock: Clock;
  /** In order of time; endless, or playing ends. */
  readonly frames: AsyncIterator<EncodedFrame>;
  readonly onFrame: (frame: EncodedFrame) => void;
  readonly onEnd: () => void;
  readonly onError: (error: Error) => void;
}

export class Playout {
  readonly #options: PlayoutOptions;
  readonly #queue: EncodedFrame[] = [];
  readonly #handOut = new HandOutTime();
  #epoch: number;
  #cancel: Cancel | undefined;
  #wakeReader: (() => void) | undefined;
  #reading: Promise<void> = Promise.resolve();
  #ended = false;
  #stopped = false;

  constructor(options: PlayoutOptions) {
    this.#options = options;
    this.#epoch = options.clock.now();
  }

  /** The moment at which second 0 was due. */
  get epoch(): number {
    return this.#epoch;
  }

  start(): void {
    this.#epoch = this.#options.clock.now();
    this.#reading = this.#read();
  }

  /** Resolves when the reader has let go of its input. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel?.();
    this.#wakeReader?.();
    await this.#reading;
    await this.#options.frames.return?.();
  }

  async #read(): Promise<void> {
    try {
      while (!this.#stopped) {
        if (this.#isAhead(LOOK_AHEAD_SECONDS)) await new Promise<void>((resolve) => (this.#wakeReader = resolve));
        else if (!(await this.#readOne())) break;
      }
    } catch (cause) {
      if (!this.#stopped) this.#options.onError(cause instanceof Error ? cause : new Error(String(cause)));
    }
  }

  /** @returns whether there is more */
  async #readOne(): Promise<boolean> {
    const next = await this.#options.frames.next();
    if (this.#stopped) return false;
    if (next.done === true) {
      this.#ended = true;
      if (this.#queue.length === 0) this.#options.onEnd();
      return false;
    }
    this.#queue.push(next.value);
    if (this.#queue.length === 1) this.#schedule();
    return true;
  }

  #isAhead(seconds: number): boolean {
    const last = this.#queue.at(-1);
    return last !== undefined && this.#due(last) - this.#options.clock.now() > seconds * 1000;
  }

  #due(frame: EncodedFrame): number {
    return this.#epoch + frame.seconds * 1000;
  }

  /** When the next frame has to go, so that it and those which come soon after it are out in time. */
  #begin(): number {
    let begin = Infinity;
    for (const frame of this.#queue) {
      const due = this.#due(frame);
      if (due - this.#handOut.longest >= begin) break;
      begin = Math.min(begin, due - this.#handOut.of(frame.data.length));
    }
    return begin;
  }

  #schedule(): void {
    this.#cancel?.();
    this.#cancel = this.#options.clock.setTimeout(() => this.#emit(), Math.max(0, this.#begin() - this.#options.clock.now()));
  }

  #emit(): void {
    const now = this.#options.clock.now();
    const [first] = this.#queue;
    if (first && now - this.#due(first) > MAX_LATENESS_MS) this.#epoch = now - first.seconds * 1000;
    for (let [frame] = this.#queue; frame && this.#begin() <= now + TOGETHER_MS; [frame] = this.#queue) {
      this.#queue.shift();
      const begun = this.#options.clock.now();
      this.#options.onFrame(frame);
      this.#handOut.note(frame.data.length, this.#options.clock.now() - begun);
    }
    if (this.#queue.length > 0) this.#schedule();
    else if (this.#ended) this.#options.onEnd();
    if (!this.#isAhead(READ_ON_SECONDS)) this.#wakeReader?.();
  }
}
