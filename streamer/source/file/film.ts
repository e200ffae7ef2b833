/** A film: its tracks, which may lie in several files, played together. */
import type { EncodedFrame, Track } from '../source.ts';
import type { Sample } from './container.ts';
import { merge } from './merge.ts';

export interface FilmTrack extends Track {
  /** Seconds of its first sample on the clock of the film's files. */
  readonly first: number;
  /** Seconds at which its last one is over; for a track that is still being written, as far as is known. */
  readonly end: number;
  /** Seconds of the last keyframe that is not after these, or of the first one. */
  keyframeBefore(seconds: number): Promise<number>;
  /** @param from seconds on the same clock; begins at the last sample, or keyframe of a picture, that is not after them */
  samples(from?: number): AsyncGenerator<Sample, void>;
}

export class Film {
  readonly tracks: readonly Track[];
  readonly #tracks: readonly FilmTrack[];
  readonly #close: () => void;
  readonly #first: number;

  /** @param close lets go of the files */
  constructor(tracks: readonly FilmTrack[], close: () => void) {
    this.#tracks = tracks;
    this.#close = close;
    this.#first = Math.min(...tracks.map(({ first }) => first));
    this.tracks = tracks.map(({ id, kind, codec, rendition }) => ({ id, kind, codec, ...(rendition ? { rendition } : {}) }));
  }

  /** From the beginning of the first frame to the end of the last one, in seconds. */
  get duration(): number {
    return Math.max(...this.#tracks.map(({ end }) => end)) - this.#first;
  }

  /**
   * Frames of all tracks in order of time.
   * @param from seconds since the beginning; begins at the keyframe at or before them, with sound from there
   * @param only ids of the tracks wanted; all unless told otherwise
   */
  async *frames(from = 0, only?: readonly number[]): AsyncGenerator<EncodedFrame, void> {
    const wanted = this.#tracks.filter(({ id }) => only?.includes(id) ?? true);
    const video = wanted.find(({ kind }) => kind === 'video');
    const asked = from > 0 ? this.#first + from : undefined;
    const start = asked === undefined ? undefined : ((await video?.keyframeBefore(asked)) ?? asked);
    const readers = wanted.map((track) => ({ track: track.id, kind: track.kind, samples: track.samples(start) }));
    for await (const { track, kind, seconds, keyframe, data } of merge(readers)) yield { track, kind, seconds: seconds - this.#first, keyframe, data };
  }

  close(): void {
    this.#close();
  }
}
