/** Chooses how an input is played: as it is where that goes, else by one ffmpeg for all viewers. */
import { access, constants, stat } from 'node:fs/promises';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { isFile } from './ffmpeg/arguments.ts';
import { FfmpegSource } from './ffmpeg/ffmpeg-source.ts';
import { HOW_TO_INSTALL, locateFfmpeg } from './ffmpeg/locate.ts';
import { openContainer, type Container } from './file/container.ts';
import { openFilm, partsOf, type FilmPart } from './file/demuxer.ts';
import { FileSource } from './file/file-source.ts';
import { InputError, type Source } from './source.ts';

export interface OpenOptions {
  /** A file, `test`, or any input that ffmpeg opens. */
  readonly input: string;
  /** Where --ffmpeg says that it is. */
  readonly ffmpeg: string | undefined;
  readonly environment: NodeJS.ProcessEnv;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly warn: (message: string) => void;
}

export interface OpenedSource {
  readonly source: Source;
  /** How it is played, for the log. */
  readonly how: string;
  /** Where its tracks lie, for those who open the film for themselves; undefined where it is no film. */
  readonly film?: readonly FilmPart[];
}

async function requireFile(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined);
  if (!found) throw new InputError(`There is no file ${file}`);
  if (found.isDirectory()) throw new InputError(`${file} is a folder, not a film`);
  if (found.isFile() && found.size === 0) throw new InputError(`${file} is empty`);
  await access(file, constants.R_OK).catch(() => {
    throw new InputError(`${file} cannot be read: permission denied`);
  });
}

/** A damaged file is left to ffmpeg, which forgives more. */
async function readable(file: string): Promise<Container | undefined> {
  return openContainer(file).catch(() => undefined);
}

async function encode(options: OpenOptions, ffmpeg: string): Promise<OpenedSource> {
  const { input, clock, random, warn } = options;
  const onRestart = (reason: string, waitMs: number) => warn(`ffmpeg ended (${reason}); it is started again in ${Math.round(waitMs)} ms`);
  const source = await FfmpegSource.open({ ffmpeg, input, clock, random, onRestart });
  return { source, how: `encoded by ${ffmpeg}, once for all viewers` };
}

/**
 * Opens an input, so that it only needs to be started.
 * @throws InputError when it is missing, cannot be read, or needs an ffmpeg that is not there
 */
export async function openSource(options: OpenOptions): Promise<OpenedSource> {
  const { input, clock, warn } = options;
  if (!isFile(input)) {
    const ffmpeg = await locateFfmpeg(options.ffmpeg, options.environment);
    if (ffmpeg === undefined) throw new InputError(`--source ${input} needs ffmpeg, and none was found: ${HOW_TO_INSTALL}`);
    return encode(options, ffmpeg);
  }
  await requireFile(input);
  const container = await readable(input);
  const tracks = [container?.video, container?.audio].filter((track) => track !== undefined);
  const [hindrance] = tracks.flatMap((track) => track.hindrance ?? []);
  if (!container || hindrance !== undefined) {
    const ffmpeg = await locateFfmpeg(options.ffmpeg, options.environment);
    if (ffmpeg !== undefined) {
      container?.close();
      return encode(options, ffmpeg);
    }
  }
  if (!container) throw new InputError(`${input} is no film that can be played as it is, so it needs ffmpeg, and none was found: ${HOW_TO_INSTALL}`);
  if (!tracks.every(({ playable }) => playable)) {
    container.close();
    throw new InputError(`${input} needs ffmpeg, for ${hindrance ?? 'it cannot be played as it is'}; none was found: ${HOW_TO_INSTALL}`);
  }
  if (hindrance !== undefined) warn(`${input} is played as it is, since there is no ffmpeg to encode it anew, though ${hindrance}`);
  const parts = partsOf(input, container);
  container.close();
  return { source: new FileSource(await openFilm(parts), clock), how: 'played as it is, without an encoder', film: parts };
}
