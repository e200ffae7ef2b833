/**
 * One viewer's own playback of a film: it begins when he comes, pauses, goes on and jumps as he says. To whoever sends it is a
 * source like any other. Its timestamps are those of the clock, not of the film: where nothing is sent for a while they have gone
 * on by just that while, so that a receiver's jitter buffer sees no late frames, and sound and picture stay in step (RFC 3550 §5.1).
 */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import { SourceListeners } from '../source/listeners.ts';
import { PacketNumbers } from '../source/packet-numbers.ts';
import type { MediaFrame, Source, Track } from '../source/source.ts';
import type { Chunk, FilmChunks, FilmFrame } from './film-chunks.ts';

/**
 * All playbacks wake at the same multiples of this, and send what is due before the next: many viewers then share a wake-up and a
 * way out, and nobody's jitter buffer minds frames that come so little early.
 */
const TOGETHER_MS = 10;
/** After a gap, what comes next begins at least this much after what was sent last. */
const FRAME_MS = 20;
/** A slow disk delays what is shown, rather than make it hurry afterwards. */
const MAX_LATENESS_MS = 100;

export interface PlaybackState {
  /** Where in the film, from its beginning. */
  readonly seconds: number;
  readonly duration: number;
  /** Also at the end of the film. */
  readonly paused: boolean;
}

/** From the moment when second `from` of the film was due. */
interface Run {
  startedAt: number;
  readonly from: number;
}

export interface PlaybackOptions {
  readonly film: FilmChunks;
  readonly clock: Clock;
  /** Ids of the tracks that the viewer can be sent; all unless told otherwise. */
  readonly only?: readonly number[];
}

export class Playback implements Source {
  readonly tracks: readonly Track[];
  readonly epoch: number;
  readonly #film: FilmChunks;
  readonly #clock: Clock;
  /** Of each track, as this viewer gets it. */
  readonly #numbers: ReadonlyMap<number, PacketNumbers>;
  readonly #listeners = new SourceListeners();
  readonly #changeListeners: (() => void)[] = [];
  /** Where it stands while it does not run. */
  #position = 0;
  #paused = true;
  #ended = false;
  #run: Run | undefined;
  #chunk: Chunk | undefined;
  /** Where in the film that piece begins which holds the next frame, and the frame's place in it. */
  #cursor = { start: 0, frame: 0 };
  #ahead: Promise<Chunk> | undefined;
  /** Where to jump as soon as the present jump is done. */
  #target: number | undefined;
  #jumping = false;
  /** Changes with whatever makes a reading that is under way pointless. */
  #generation = 0;
  /** When what was sent last was due. */
  #lastDue = -Infinity;
  #cancel: Cancel | undefined;
  #stopped = false;

  constructor({ film, clock, only }: PlaybackOptions) {
    this.#film = film;
    this.#clock = clock;
    this.epoch = clock.now();
    this.tracks = film.tracks.filter(({ id }) => only?.includes(id) ?? true);
    this.#numbers = new Map(this.tracks.map((track) => [track.id, new PacketNumbers(track)]));
  }

  get state(): PlaybackState {
    return { seconds: this.#now(), duration: this.#film.duration, paused: this.#paused };
  }

  get rests(): boolean {
    return this.#paused;
  }

  onFrame(listener: (frame: MediaFrame) => void): void {
    this.#listeners.onFrame(listener);
  }

  onFailure(listener: (error: Error) => void): void {
    this.#listeners.onFailure(listener);
  }

  /** Hears when it began to play, paused, jumped or came to its end. */
  onChange(listener: () => void): void {
    this.#changeListeners.push(listener);
  }

  start(): void {
    this.play();
  }

  stop(): Promise<void> {
    this.#stopped = true;
    this.#halt();
    return Promise.resolve();
  }

  /** Goes on; from the beginning when it is at its end. */
  play(): void {
    if (!this.#paused || this.#stopped) return;
    this.#paused = false;
    if (this.#ended) this.seek(0);
    else {
      if (!this.#jumping) void this.#resume();
      this.#changed();
    }
  }

  /** Nothing is sent any more, and nothing of the film is held for this viewer. */
  pause(): void {
    if (this.#paused || this.#stopped) return;
    this.#position = this.#now();
    this.#paused = true;
    if (!this.#jumping) this.#halt();
    this.#changed();
  }

  /**
   * Jumps to the keyframe at or before `seconds`; whoever has paused gets to see it, and stays paused.
   * @param seconds any number; what lies beyond the film is its beginning or end
   */
  seek(seconds: number): void {
    if (this.#stopped || Number.isNaN(seconds)) return;
    this.#target = Math.min(Math.max(0, seconds), this.#film.duration);
    if (!this.#jumping) void this.#jump();
  }

  #now(): number {
    const run = this.#run;
    if (!run) return this.#position;
    return Math.min(this.#film.duration, run.from + Math.max(0, this.#clock.now() - run.startedAt) / 1000);
  }

  /** However many jumps are asked for while one is under way, only the last of them is made. */
  async #jump(): Promise<void> {
    this.#jumping = true;
    this.#ended = false;
    try {
      for (let target = this.#takeTarget(); target !== undefined; target = this.#takeTarget()) {
        this.#position = target;
        this.#halt();
        const generation = this.#generation;
        const chunk = await this.#film.around(target);
        if (generation !== this.#generation || this.#target !== undefined) continue;
        this.#position = chunk.start;
        this.#cursor = { start: chunk.start, frame: 0 };
        if (this.#paused) this.#showStill(chunk);
        else this.#begin(chunk);
      }
    } catch (cause) {
      this.#fail(cause);
    } finally {
      this.#jumping = false;
    }
    if (!this.#stopped) this.#changed();
  }

  #takeTarget(): number | undefined {
    const target = this.#target;
    this.#target = undefined;
    return target;
  }

  async #resume(): Promise<void> {
    const generation = ++this.#generation;
    try {
      const chunk = await this.#film.at(this.#cursor.start);
      if (generation === this.#generation) this.#begin(chunk);
    } catch (cause) {
      if (generation === this.#generation) this.#fail(cause);
    }
  }

  #begin(chunk: Chunk): void {
    this.#chunk = chunk;
    this.#run = { startedAt: this.#nextMoment(), from: this.#position };
    for (const numbers of this.#numbers.values()) numbers.interrupt();
    this.#step();
  }

  /** The picture where one has jumped to, without going on. */
  #showStill({ frames }: Chunk): void {
    const due = this.#nextMoment();
    for (const { id, kind } of this.tracks) {
      const keyframe = kind === 'video' ? frames.find(({ track, keyframe: independent }) => track === id && independent) : undefined;
      if (keyframe) this.#send(keyframe, due);
    }
  }

  #nextMoment(): number {
    return Math.max(this.#clock.now(), this.#lastDue + FRAME_MS);
  }

  #halt(): void {
    this.#generation++;
    this.#cancel?.();
    this.#cancel = undefined;
    this.#run = undefined;
    this.#chunk = undefined;
    this.#ahead = undefined;
  }

  #due(run: Run, { seconds }: FilmFrame): number {
    return run.startedAt + (seconds - run.from) * 1000;
  }

  /** Sends what is due, and waits for the next frame, the next piece or the end. */
  #step(): void {
    const run = this.#run;
    const chunk = this.#chunk;
    if (!run || !chunk) return;
    const now = this.#clock.now();
    const first = chunk.frames[this.#cursor.frame];
    if (first) run.startedAt += Math.max(0, now - this.#due(run, first) - MAX_LATENESS_MS);
    for (let frame = chunk.frames[this.#cursor.frame]; frame; frame = chunk.frames[++this.#cursor.frame]) {
      const due = this.#due(run, frame);
      if (due >= now + TOGETHER_MS) {
        this.#wait(Math.floor(due / TOGETHER_MS) * TOGETHER_MS - now);
        this.#readAhead(chunk);
        return;
      }
      this.#send(frame, due);
    }
    if (chunk.next !== undefined) void this.#turnTo(chunk, chunk.next);
    else this.#wait(run.startedAt + (this.#film.duration - run.from) * 1000 - now, () => this.#end());
  }

  #wait(ms: number, then = () => this.#step()): void {
    this.#cancel = this.#clock.setTimeout(then, Math.max(0, ms));
  }

  /** One piece, and no more. */
  #readAhead({ next }: Chunk): void {
    if (next === undefined || this.#ahead) return;
    this.#ahead = this.#film.at(next);
    this.#ahead.catch(() => undefined); // heard when it is turned to
  }

  async #turnTo(chunk: Chunk, next: number): Promise<void> {
    const generation = this.#generation;
    this.#readAhead(chunk);
    try {
      const following = await this.#ahead;
      if (generation !== this.#generation || !following) return;
      this.#ahead = undefined;
      this.#chunk = following;
      this.#cursor = { start: next, frame: 0 };
      this.#step();
    } catch (cause) {
      if (generation === this.#generation) this.#fail(cause);
    }
  }

  #end(): void {
    this.#position = this.#film.duration;
    this.#halt();
    this.#paused = true;
    this.#ended = true;
    this.#changed();
  }

  #fail(cause: unknown): void {
    if (this.#stopped) return;
    this.#halt();
    this.#paused = true;
    this.#listeners.failure(new Error('The film cannot be read on', { cause }));
  }

  #changed(): void {
    for (const listener of this.#changeListeners) listener();
  }

  #send({ track, kind, keyframe, discardable, payloads }: FilmFrame, due: number): void {
    const numbers = this.#numbers.get(track);
    if (!numbers) return;
    this.#lastDue = Math.max(this.#lastDue, due);
    this.#listeners.frame({ track, kind, keyframe, discardable, packets: numbers.number((due - this.epoch) / 1000, payloads) });
  }
}
