/**
 * A film in pieces of about a second or two, cut into RTP payloads once for everybody who watches near the same place. Each piece
 * begins at a keyframe wherever the film has one in time; those that were used last stay in memory, up to a limit.
 */
import { PAYLOAD_FORMATS, type PayloadFormat } from '../rtp/payload-format.ts';
import type { Film } from '../source/file/film.ts';
import { MAX_PAYLOAD_BYTES } from '../source/packetizer.ts';
import type { EncodedFrame, MediaKind, Track } from '../source/source.ts';

/** What is read of a film. */
export type FilmFrames = Pick<Film, 'tracks' | 'duration' | 'frames'>;

export interface FilmFrame {
  readonly track: number;
  readonly kind: MediaKind;
  /** Since the beginning of the film. */
  readonly seconds: number;
  readonly keyframe: boolean;
  readonly discardable: boolean;
  /** Shared by all who watch: to be read only. */
  readonly payloads: readonly Buffer[];
}

export interface Chunk {
  /** Seconds; its frames have this time or a later one. */
  readonly start: number;
  readonly frames: readonly FilmFrame[];
  /** Where the next one begins; undefined for the last. */
  readonly next: number | undefined;
}

/** A keyframe after this much begins the next piece. */
const MIN_CHUNK_SECONDS = 0.9;
/** A film without keyframes for longer than this is cut elsewhere. */
const MAX_CHUNK_SECONDS = 4;
const MAX_CHUNK_BYTES = 8 * 1024 * 1024;
const MAX_CACHED_BYTES = 64 * 1024 * 1024;
/** However far keyframes lie apart, looking for one passes over no more frames than this. */
const MAX_SEARCHED_FRAMES = 10_000;

interface Cached {
  readonly chunk: Promise<Chunk>;
  bytes: number;
}

export class FilmChunks {
  readonly #film: FilmFrames;
  readonly #formats: ReadonlyMap<number, PayloadFormat>;
  /** Where a piece may well begin: at the picture's keyframes, or anywhere in the sound where there is no picture. */
  readonly #main: Track | undefined;
  /** By where they begin; the one that was used last is the last one. */
  readonly #cache = new Map<number, Cached>();
  #bytes = 0;
  #reads = 0;

  constructor(film: FilmFrames) {
    this.#film = film;
    this.#formats = new Map(film.tracks.map(({ id, codec }) => [id, PAYLOAD_FORMATS[codec.name]]));
    this.#main = film.tracks.find(({ kind }) => kind === 'video') ?? film.tracks[0];
  }

  get tracks(): readonly Track[] {
    return this.#film.tracks;
  }

  get duration(): number {
    return this.#film.duration;
  }

  /** How often the film was read because a piece was not in memory. */
  get reads(): number {
    return this.#reads;
  }

  /**
   * The piece that begins at the keyframe at or before `seconds`.
   * @throws what reading a damaged file throws
   */
  async around(seconds: number): Promise<Chunk> {
    return this.at(seconds > 0 ? await this.#keyframeBefore(Math.min(seconds, this.duration)) : 0);
  }

  /**
   * The piece that begins at `start`, which is 0 or the `next` of another.
   * @throws what reading a damaged file throws
   */
  at(start: number): Promise<Chunk> {
    const known = this.#cache.get(start);
    if (known) {
      this.#cache.delete(start);
      this.#cache.set(start, known);
      return known.chunk;
    }
    const cached: Cached = { chunk: this.#read(start), bytes: 0 };
    this.#cache.set(start, cached);
    cached.chunk.then(
      ({ frames }) => this.#keep(start, cached, frames),
      () => this.#cache.get(start) === cached && this.#cache.delete(start),
    );
    return cached.chunk;
  }

  #keep(start: number, cached: Cached, frames: readonly FilmFrame[]): void {
    if (this.#cache.get(start) !== cached) return;
    cached.bytes = frames.reduce((bytes, { payloads }) => payloads.reduce((sum, { length }) => sum + length, bytes), 0);
    this.#bytes += cached.bytes;
    for (const [oldest, { bytes }] of this.#cache) {
      if (this.#bytes <= MAX_CACHED_BYTES || oldest === start) break;
      this.#cache.delete(oldest);
      this.#bytes -= bytes;
    }
  }

  async #keyframeBefore(seconds: number): Promise<number> {
    const main = this.#main;
    if (main?.kind !== 'video') return seconds;
    let searched = 0;
    for await (const frame of this.#film.frames(seconds, [main.id])) {
      if (frame.track === main.id && frame.keyframe) return Math.max(0, frame.seconds);
      if (++searched >= MAX_SEARCHED_FRAMES) break;
    }
    return 0;
  }

  async #read(start: number): Promise<Chunk> {
    this.#reads++;
    const frames: FilmFrame[] = [];
    let bytes = 0;
    for await (const encoded of this.#film.frames(start)) {
      const { track, kind, seconds, keyframe, data } = encoded;
      if (seconds < start) continue; // from the keyframe before, or sound that began a little earlier
      const length = seconds - start;
      const ends = this.#isCut(encoded) ? length >= MIN_CHUNK_SECONDS : length >= MAX_CHUNK_SECONDS || bytes >= MAX_CHUNK_BYTES;
      if (ends && frames.length > 0) return { start, frames, next: seconds };
      const format = this.#formats.get(track);
      const payloads = data.length > 0 ? format?.packetize(data, MAX_PAYLOAD_BYTES) : undefined;
      if (!format || !payloads || payloads.length === 0) continue;
      bytes += data.length;
      frames.push({ track, kind, seconds, keyframe, discardable: format.isDiscardable(data), payloads });
    }
    return { start, frames, next: undefined };
  }

  #isCut({ track, kind, keyframe }: EncodedFrame): boolean {
    return track === this.#main?.id && (kind === 'audio' || keyframe);
  }
}
