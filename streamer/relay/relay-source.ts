/**
 * What another streamer sends, as a source like any other: its frames come when they come, in packets that all viewers share, whose numbers
 * and times go on whichever call brings them. A viewer starts at the latest keyframe that is kept.
 */
import type { Clock } from '../../shared/sip/index.ts';
import { PublishedTrack } from '../publish/published-track.ts';
import { Timeline } from '../publish/timeline.ts';
import { Backlog } from '../shard/backlog.ts';
import { SourceListeners } from '../source/listeners.ts';
import type { MediaFrame, Source, Track } from '../source/source.ts';
import type { UpstreamCall } from './upstream-call.ts';

/** A packet of sound that was lost is sent again, which takes a round trip or two. */
const SOUND_PATIENCE_MS = 250;

/** A streamer's reports are exact; what one relay leaves over, the next adds to. */
const SYNC_TOLERANCE_SECONDS = 0.002;

export interface RelaySourceOptions {
  readonly tracks: readonly Track[];
  readonly clock: Clock;
}

export class RelaySource implements Source {
  readonly tracks: readonly Track[];
  readonly #clock: Clock;
  readonly #timeline: Timeline;
  readonly #listeners = new SourceListeners();
  readonly #published: readonly PublishedTrack[];
  /** What comes before there is anybody to hear of it. */
  #early: Backlog | undefined = new Backlog();
  #onDemand = false;

  constructor({ tracks, clock }: RelaySourceOptions) {
    this.#clock = clock;
    this.tracks = tracks;
    const timeline = (this.#timeline = new Timeline(clock.now(), SYNC_TOLERANCE_SECONDS));
    this.#published = tracks.map((track) => new PublishedTrack({ track, timeline, soundPatienceMs: SOUND_PATIENCE_MS, onFrame: (frame) => this.#emit(frame) }));
  }

  get epoch(): number {
    return this.#timeline.epoch;
  }

  /** Takes what comes by another call from now on. */
  follow(call: Pick<UpstreamCall, 'path' | 'subscribe'>): void {
    this.#onDemand = call.path[0]?.onDemand === true;
    this.tracks.forEach(({ kind }, place) => {
      const published = this.#published[place];
      if (published) call.subscribe(kind, published);
    });
  }

  /**
   * Only where the origin has one made: any other would start us, and all who watch here, at a keyframe that we have as well. What was
   * lost on the way to us is asked for in any case.
   */
  get requestKeyframe(): (() => void) | undefined {
    return this.#onDemand ? () => this.#askForKeyframe() : undefined;
  }

  onFrame(listener: (frame: MediaFrame) => void): void {
    for (const frame of this.#early?.frames() ?? []) listener(frame);
    this.#early = undefined;
    this.#listeners.onFrame(listener);
  }

  /** What does not come is called for until it does. */
  onFailure(): void {
    // Nothing fails here.
  }

  start(): void {
    // It begins with the first call.
  }

  /** To be called some times a second. */
  tick(now: number): void {
    for (const track of this.#published) track.look(now);
  }

  /** The calls are ended by who makes them. */
  stop(): Promise<void> {
    return Promise.resolve();
  }

  #emit(frame: MediaFrame): void {
    this.#early?.add(frame);
    this.#listeners.frame(frame);
  }

  #askForKeyframe(): void {
    const now = this.#clock.now();
    for (const track of this.#published) track.requestKeyframe(now);
  }
}
