/** Chooses how an input is played: as it is where that goes, else by one ffmpeg for all viewers. */
import { access, constants, stat } from 'node:fs/promises';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { isFile } from './ffmpeg/arguments.ts';
import { FfmpegSource } from './ffmpeg/ffmpeg-source.ts';
import { HOW_TO_INSTALL, locateFfmpeg } from './ffmpeg/locate.ts';
import { demux, type DemuxedFile } from './file/demuxer.ts';
import { FileSource } from './file/file-source.ts';
import { InputError, type Source } from './source.ts';

/** Keyframes further apart than this make a new viewer wait, or catch up on too much. */
const MAX_KEYFRAME_INTERVAL_SECONDS = 2.5;

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
async function demuxable(file: string): Promise<DemuxedFile | undefined> {
  return demux(file).catch(() => undefined);
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
  const file = await demuxable(input);
  if (file && file.keyframeInterval <= MAX_KEYFRAME_INTERVAL_SECONDS) return { source: new FileSource(file, clock), how: 'played as it is, without an encoder' };
  const ffmpeg = await locateFfmpeg(options.ffmpeg, options.environment);
  if (ffmpeg !== undefined) {
    file?.close();
    return encode(options, ffmpeg);
  }
  if (!file) throw new InputError(`${input} is not a WebM, Matroska, MP4 or Ogg file with VP8 and Opus, so it needs ffmpeg, and none was found: ${HOW_TO_INSTALL}`);
  warn(`Keyframes of ${input} lie up to ${file.keyframeInterval.toFixed(1)} s apart, and there is no ffmpeg to encode it anew: viewers may wait that long for a picture`);
  return { source: new FileSource(file, clock), how: 'played as it is, without an encoder' };
}
