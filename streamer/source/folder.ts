/**
 * A folder of films, played one after the other, again and again: everyone sees the same moment. All go out in the same codecs,
 * so that viewers need not be called anew: those that are not in them are encoded into the cache, each while the one before it plays.
 */
import { readdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import { AUDIO_ID, VIDEO_ID } from './file/demuxer.ts';
import type { Film } from './file/film.ts';
import { InputError, OPUS, type Codec, type EncodedFrame, type Track } from './source.ts';

/** What is taken for a film by its name; a folder holds pictures, subtitles and texts as well. */
const FILM_NAMES = /\.(?:webm|mkv|mp4|m4v|mov|avi|ts|m2ts|mpe?g|vob|wmv|flv|ogv|ogg|opus|mp3|m4a|flac|wav|3gp)$/i;
/** Between two films. */
const PAUSE_SECONDS = 0.04;
/** Where not one film of a round can be played, the next round begins after a rest. */
const REST_MS = 10_000;

/** @throws InputError when there are none */
export async function filmsIn(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const names = entries.filter((entry) => !entry.isDirectory() && FILM_NAMES.test(entry.name) && !entry.name.startsWith('.')).map(({ name }) => name);
  if (names.length === 0) throw new InputError(`${folder} holds no films`);
  return names.sort((a, b) => a.localeCompare(b, undefined, { numeric: true })).map((name) => join(folder, name));
}

/** A film of the folder, opened; its ids are {@link VIDEO_ID} and {@link AUDIO_ID}. */
export type OpenFilm = (file: string) => Promise<Pick<Film, 'frames' | 'close'>>;

export interface FolderOptions {
  readonly folder: string;
  /** In which every film's picture goes out. */
  readonly picture: Codec;
  /** Opens a film, with its picture in that codec and its sound in Opus. */
  readonly open: OpenFilm;
  readonly note: (message: string) => void;
  readonly warn: (message: string) => void;
}

/** Looks like a film that lasts as long as a round through the folder; films that are added or removed count from the next round on. */
export class Folder {
  readonly tracks: readonly Track[];
  /** Not known beforehand. */
  readonly duration = 0;
  readonly #options: FolderOptions;
  #closed = false;
  #cancelRest: () => void = () => undefined;

  constructor(options: FolderOptions) {
    this.#options = options;
    this.tracks = [
      { id: VIDEO_ID, kind: 'video', codec: options.picture },
      { id: AUDIO_ID, kind: 'audio', codec: OPUS },
    ];
  }

  async *frames(): AsyncGenerator<EncodedFrame, void> {
    const { note, folder } = this.#options;
    let begun = 0;
    let opening: ReturnType<OpenFilm> | undefined;
    try {
      while (!this.#closed) {
        let played = false;
        const files = await this.#films();
        for (const [index, file] of files.entries()) {
          const current = opening ?? this.#begin(file);
          opening = undefined;
          const film = await this.#opened(file, current);
          if (!film) continue;
          const next = files[index + 1];
          if (next !== undefined) opening = this.#begin(next);
          note(`${basename(folder)}: now ${basename(file, extname(file))}`);
          let last = 0;
          for await (const frame of this.#guarded(file, film)) {
            played = true;
            last = Math.max(last, frame.seconds);
            yield { ...frame, seconds: begun + frame.seconds };
          }
          begun += last + PAUSE_SECONDS;
        }
        if (!played) await this.#rest();
      }
    } finally {
      void opening?.then((film) => film.close(), () => undefined);
    }
  }

  close(): void {
    this.#closed = true;
    this.#cancelRest();
  }

  async #films(): Promise<string[]> {
    const { folder, warn } = this.#options;
    return filmsIn(folder).catch((error: unknown) => {
      warn(error instanceof Error ? error.message : String(error));
      return [];
    });
  }

  #begin(file: string): ReturnType<OpenFilm> {
    const opening = this.#options.open(file);
    opening.catch(() => undefined); // told when its turn comes
    return opening;
  }

  async #opened(file: string, opening: ReturnType<OpenFilm>): Promise<Pick<Film, 'frames' | 'close'> | undefined> {
    try {
      return await opening;
    } catch (error) {
      if (!this.#closed) this.#options.warn(`${file} is passed over: ${error instanceof Error ? error.message : String(error)}`);
      return undefined;
    }
  }

  /** Ends a film that cannot be read on, rather than the whole round. */
  async *#guarded(file: string, film: Pick<Film, 'frames' | 'close'>): AsyncGenerator<EncodedFrame, void> {
    try {
      yield* film.frames();
    } catch (error) {
      if (!this.#closed) this.#options.warn(`${file} cannot be played on: ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      film.close();
    }
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, REST_MS);
      this.#cancelRest = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
