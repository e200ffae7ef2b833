/** Puts a film together from the tracks of files that need no encoder. */
import type { Rendition, MediaKind } from '../source.ts';
import { openContainer, type Container, type ContainerTrack } from './container.ts';
import { Film, type FilmTrack } from './film.ts';

/** Where one track of a film lies: plain data, so that another thread can open the same film. */
export interface FilmPart {
  /** The track's. */
  readonly id: number;
  readonly kind: MediaKind;
  readonly file: string;
  /** Seconds by which times in this file are later than in the others. */
  readonly delay?: number;
  readonly rendition?: Rendition;
}

/** Ids of the tracks of a file that is played as it is. */
export const VIDEO_ID = 0;
export const AUDIO_ID = 1;

export function filmTrack({ id, rendition, delay = 0 }: Omit<FilmPart, 'file' | 'kind'>, track: ContainerTrack): FilmTrack {
  const { kind, codec, first, end } = track;
  if (!codec) throw new TypeError(`A track that cannot be sent (${kind})`);
  return {
    id,
    kind,
    codec,
    ...(rendition ? { rendition } : {}),
    first: first - delay,
    end: end - delay,
    keyframeBefore: async (seconds) => (await track.keyframeBefore(seconds + delay)) - delay,
    async *samples(from) {
      for await (const sample of track.samples(from === undefined ? undefined : from + delay)) yield { ...sample, seconds: sample.seconds - delay };
    },
  };
}

/** @throws Error when a part is missing or cannot be read */
export async function openFilm(parts: readonly FilmPart[]): Promise<Film> {
  const containers = new Map<string, Container>();
  const close = () => containers.forEach((container) => container.close());
  try {
    const tracks: FilmTrack[] = [];
    for (const part of parts) {
      const container = containers.get(part.file) ?? (await openContainer(part.file));
      if (container) containers.set(part.file, container);
      const track = container?.[part.kind];
      if (!track?.codec) throw new Error(`${part.file} holds no ${part.kind} that can be sent`);
      tracks.push(filmTrack(part, track));
    }
    return new Film(tracks, close);
  } catch (error) {
    close();
    throw error;
  }
}

/** The parts of a file that is to be played as it is. */
export function partsOf(file: string, { video, audio }: Pick<Container, 'video' | 'audio'>): FilmPart[] {
  return [...(video ? [{ id: VIDEO_ID, kind: 'video' as const, file }] : []), ...(audio ? [{ id: AUDIO_ID, kind: 'audio' as const, file }] : [])];
}

/**
 * Opens a file if it can be played as it is, be it with keyframes that lie far apart.
 * @returns undefined when it is of another kind, or one of its tracks needs an encoder
 * @throws what reading a damaged file throws
 */
export async function demux(file: string): Promise<Film | undefined> {
  const container = await openContainer(file);
  if (!container) return undefined;
  const { video, audio } = container;
  if (video?.playable === false || audio?.playable === false) {
    container.close();
    return undefined;
  }
  return new Film(
    partsOf(file, container).map((part) => filmTrack(part, (part.kind === 'video' ? video : audio) as ContainerTrack)),
    () => container.close(),
  );
}
