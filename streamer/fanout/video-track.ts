/** A viewer's picture while it is live: which rendition goes out, and the change from one to another at a keyframe. */
import type { MediaFrame } from '../source/source.ts';
import type { TrackHistory } from './history.ts';
import type { QualityChoice } from './quality-control.ts';
import type { OutgoingStream } from './stream.ts';

export class VideoTrack {
  readonly stream: OutgoingStream;
  readonly #histories: ReadonlyMap<number, TrackHistory>;
  /** What is to go out from its next keyframe on. */
  #wanted: TrackHistory | undefined;
  #dropDiscardable = false;

  constructor(stream: OutgoingStream, histories: ReadonlyMap<number, TrackHistory>) {
    this.stream = stream;
    this.#histories = histories;
  }

  /** Whether this track of the source is one of the viewer's renditions. */
  carries(track: number): boolean {
    return this.stream.track.sources.includes(track);
  }

  /** Whether a picture goes out while another rendition is wanted. */
  get waits(): boolean {
    return this.stream.started && this.#wanted !== undefined;
  }

  choose({ track, dropDiscardable }: QualityChoice): void {
    this.#dropDiscardable = dropDiscardable;
    if (!this.stream.track.sources.includes(track)) return;
    const history = this.#histories.get(track);
    this.#wanted = history === this.stream.history ? undefined : history;
  }

  /**
   * Starts at the latest keyframe of what is wanted.
   * @returns false when there is none
   */
  start(): boolean {
    const history = this.#wanted ?? this.stream.history;
    const { keyframe } = history;
    if (!keyframe) return false;
    this.stream.startAt(history, keyframe);
    this.#wanted = undefined;
    return true;
  }

  /** To be called for each frame of any rendition, while the viewer is not being caught up. */
  onFrame({ track, keyframe, discardable, packets }: Pick<MediaFrame, 'track' | 'keyframe' | 'discardable' | 'packets'>, now: number): void {
    const { stream } = this;
    const wanted = this.#wanted;
    if (wanted && keyframe && (track === wanted.track || track === stream.history.track)) {
      const first = wanted.keyframe;
      if (first && first.timestamp > stream.lastTicks && this.#isDue(first.timestamp, track === wanted.track)) {
        stream.switchTo(wanted, first);
        this.#wanted = undefined;
        stream.advance(Infinity, now);
        return;
      }
      // The same picture may be about to come in the other rendition: the one that goes out waits until its next.
      if (track === stream.history.track) return;
    }
    if (track !== stream.history.track) return;
    if (this.#dropDiscardable && discardable) stream.leaveOut(packets.length, now);
    else stream.advance(Infinity, now);
  }

  /** A keyframe of the wanted rendition just came, or came shortly before that of the present one. */
  #isDue(timestamp: number, justCame: boolean): boolean {
    return justCame || timestamp >= (this.stream.history.latest?.timestamp ?? Infinity);
  }
}
