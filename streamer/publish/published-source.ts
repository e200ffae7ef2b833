/** What somebody publishes, as a source like any other: its frames come when they come, and keyframes when they are asked for. */
import type { Clock } from '../../shared/sip/index.ts';
import { SourceListeners } from '../source/listeners.ts';
import type { MediaFrame, Source, Track } from '../source/source.ts';
import { PublishedTrack } from './published-track.ts';
import { Timeline } from './timeline.ts';

/** A viewer who comes is to begin with a picture no older than this, where one can be had. */
const RECENT_MS = 1_000;
/** While somebody watches, no keyframe lies further back: whoever comes or begins anew starts there, and it is all remembered. */
const LONGEST_GROUP_MS = 10_000;

export class PublishedSource implements Source {
  readonly tracks: readonly Track[];
  readonly #clock: Clock;
  readonly #timeline: Timeline;
  readonly #listeners = new SourceListeners();
  readonly #published: ReadonlyMap<number, PublishedTrack>;
  #viewers = 0;
  #keyframeMs = -Infinity;

  constructor(tracks: readonly Track[], clock: Clock) {
    this.tracks = tracks;
    this.#clock = clock;
    const timeline = (this.#timeline = new Timeline(clock.now()));
    this.#published = new Map(tracks.map((track) => [track.id, new PublishedTrack({ track, timeline, onFrame: (frame, now) => this.#emit(frame, now) })]));
  }

  get epoch(): number {
    return this.#timeline.epoch;
  }

  /** Whoever takes the packets of that track. */
  track(id: number): PublishedTrack | undefined {
    return this.#published.get(id);
  }

  onFrame(listener: (frame: MediaFrame) => void): void {
    this.#listeners.onFrame(listener);
  }

  /** Its end is told by the call of who publishes. */
  onFailure(): void {
    // Nothing fails here.
  }

  start(): void {
    // It begins with who publishes.
  }

  audience(viewers: number): void {
    const now = this.#clock.now();
    if (viewers > this.#viewers && now - this.#keyframeMs > RECENT_MS) this.#ask(now);
    this.#viewers = viewers;
  }

  requestKeyframe(): void {
    this.#ask(this.#clock.now());
  }

  /** To be called some times a second. */
  tick(now: number): void {
    for (const track of this.#published.values()) track.look(now);
    if (this.#viewers > 0 && now - this.#keyframeMs > LONGEST_GROUP_MS) this.#ask(now);
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }

  #ask(now: number): void {
    for (const track of this.#published.values()) track.requestKeyframe(now);
  }

  #emit(frame: MediaFrame, now: number): void {
    if (frame.kind === 'video' && frame.keyframe) this.#keyframeMs = now;
    this.#listeners.frame(frame);
  }
}
