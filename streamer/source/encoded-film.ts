/**
 * A film of which something has to be encoded before browsers can play it: what they take is played from the file itself, the rest
 * from the cache, where it is encoded once; it can be played while that goes on.
 */
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { CachedEncoding, EncodingCache, Progress } from './cache/cache.ts';
import { openGrowing } from './cache/growing.ts';
import { USUAL_AUDIO, USUAL_VIDEO, type Encoding } from './ffmpeg/encodings.ts';
import { TIME_OFFSET } from './ffmpeg/transcode.ts';
import type { Container } from './file/container.ts';
import { AUDIO_ID, filmTrack, openFilm, VIDEO_ID, type FilmPart } from './file/demuxer.ts';
import { Film, type FilmTrack } from './file/film.ts';
import type { CodecName, MediaKind, Rendition } from './source.ts';

/** Of the same picture in a codec that every browser has. */
export const ALTERNATIVE_ID = 2;

/** A track that is to come from the cache. */
export interface Wanted {
  readonly id: number;
  readonly encoding: Encoding;
  readonly rendition?: Rendition;
}

/** What a film is made of: of a container, its tracks that are fine, and what is to be encoded. */
export interface Plan {
  readonly kept: readonly MediaKind[];
  readonly wanted: readonly Wanted[];
}

/** What an input holds. */
export interface Contents {
  readonly video: boolean;
  readonly audio: boolean;
}

/**
 * @param container undefined for a file that only ffmpeg can read; then `contents` tells what is in it
 * @param only the codec that the picture has to be in; any that is fine unless given
 * @param renditions of the picture, where the operator asks for them: then all of them are encoded, so that their keyframes agree
 */
export function planFor(container: Container | undefined, contents: Contents, renditions: readonly Wanted[] = [], only?: CodecName): Plan {
  const kept: MediaKind[] = [];
  const wanted: Wanted[] = [];
  const video = container?.video;
  if (contents.video && renditions.length > 0) wanted.push(...renditions);
  else if (contents.video && (!video || video.hindrance !== undefined || (only !== undefined && video.codec?.name !== only))) wanted.push({ id: VIDEO_ID, encoding: USUAL_VIDEO });
  else if (contents.video) {
    kept.push('video');
    // Not every browser has a decoder for it, and VP8 everyone has.
    if (only === undefined && video?.codec?.name === 'H264') wanted.push({ id: ALTERNATIVE_ID, encoding: USUAL_VIDEO });
  }
  if (contents.audio && (!container?.audio || container.audio.hindrance !== undefined)) wanted.push({ id: AUDIO_ID, encoding: USUAL_AUDIO });
  else if (contents.audio) kept.push('audio');
  return { kept, wanted };
}

export interface EncodedFilmOptions {
  readonly input: string;
  /** Closed when the film is. */
  readonly container: Container | undefined;
  readonly plan: Plan;
  /** Seconds that the film lasts, as far as is known. */
  readonly duration: number;
  readonly cache: EncodingCache;
  readonly clock: Clock;
  readonly onProgress: (progress: Progress) => void;
}

export interface EncodedFilm {
  readonly film: Film;
  /** For {@link openFilm}, once {@link complete} has resolved. */
  readonly parts: readonly FilmPart[];
  readonly isComplete: boolean;
  /** Rejects with TranscodeError. */
  readonly complete: Promise<void>;
}

async function trackOf({ id, rendition }: Wanted, encoding: CachedEncoding, { duration, clock }: EncodedFilmOptions): Promise<FilmTrack> {
  return openGrowing({ id, encoding, expectedEnd: duration, ...(rendition ? { rendition } : {}) }, clock);
}

/** @throws TranscodeError when an encoding cannot be made */
export async function openEncodedFilm(options: EncodedFilmOptions): Promise<EncodedFilm> {
  const { input, container, plan, cache, onProgress } = options;
  const encodings = await cache.obtain({ input, encodings: plan.wanted.map(({ encoding }) => encoding), keepTimes: container !== undefined, onProgress });
  const kept = plan.kept.map((kind): FilmPart => ({ id: kind === 'video' ? VIDEO_ID : AUDIO_ID, kind, file: input }));
  const pairs = plan.wanted.flatMap((wanted, index) => {
    const encoding = encodings[index];
    return encoding ? [{ wanted, encoding }] : [];
  });
  const parts = [
    ...kept,
    ...pairs.map(({ wanted, encoding }): FilmPart => ({ id: wanted.id, kind: wanted.encoding.kind, file: encoding.final, delay: TIME_OFFSET, ...(wanted.rendition ? { rendition: wanted.rendition } : {}) })),
  ].sort((a, b) => a.id - b.id);
  const complete = Promise.all(encodings.map((encoding) => encoding.complete)).then(() => undefined);
  complete.catch(() => undefined); // heard by whoever plays it
  if (encodings.every(({ isComplete }) => isComplete)) {
    container?.close();
    return { film: await openFilm(parts), parts, isComplete: true, complete };
  }
  const tracks = [
    ...kept.flatMap((part) => {
      const track = container?.[part.kind];
      return track ? [filmTrack(part, track)] : [];
    }),
    ...(await Promise.all(pairs.map(({ wanted, encoding }) => trackOf(wanted, encoding, options)))),
  ].sort((a, b) => a.id - b.id);
  return { film: new Film(tracks, () => container?.close()), parts, isComplete: false, complete };
}
