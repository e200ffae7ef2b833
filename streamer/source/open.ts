/** Chooses how an input is played: as it is where that goes, else from what ffmpeg makes of it, once for all viewers. */
import { access, constants, stat } from 'node:fs/promises';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { USUAL_AUDIO, USUAL_VIDEO } from './ffmpeg/encodings.ts';
import { isFile, liveInput, TEST_SOURCE } from './ffmpeg/inputs.ts';
import { DEFAULT_IDLE_STOP_SECONDS, LiveSource, type EncodedTrack } from './ffmpeg/live-source.ts';
import { HOW_TO_INSTALL, locateFfmpeg } from './ffmpeg/locate.ts';
import { openContainer, type Container } from './file/container.ts';
import { AUDIO_ID, openFilm, partsOf, VIDEO_ID } from './file/demuxer.ts';
import { FileSource } from './file/file-source.ts';
import { openByFfmpeg } from './open-by-ffmpeg.ts';
import { openFolder } from './open-folder.ts';
import type { OpenedSource, OpenOptions } from './opened-source.ts';
import type { Wanted } from './encoded-film.ts';
import { renditionsOf, type RenditionsWanted } from './renditions.ts';
import { InputError, OPUS, VP8 } from './source.ts';

/** @returns whether it is a folder */
async function requireFile(file: string): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  if (!found) throw new InputError(`There is no file ${file}`);
  if (found.isFile() && found.size === 0) throw new InputError(`${file} is empty`);
  await access(file, constants.R_OK).catch(() => {
    throw new InputError(`${file} cannot be read: permission denied`);
  });
  return found.isDirectory();
}

/** A damaged file is left to ffmpeg, which forgives more. */
async function readable(file: string): Promise<Container | undefined> {
  return openContainer(file).catch(() => undefined);
}

function liveVideo(renditions: RenditionsWanted | undefined): EncodedTrack[] {
  const wanted: readonly Wanted[] = renditions ? renditionsOf(renditions, undefined) : [{ id: VIDEO_ID, encoding: USUAL_VIDEO }];
  return wanted.map(({ id, encoding, rendition }) => ({ track: { id, kind: 'video' as const, codec: VP8, ...(rendition ? { rendition } : {}) }, encoding }));
}

async function openLive(options: OpenOptions): Promise<OpenedSource> {
  const { input, environment, clock, random, warn, idleStopMs = DEFAULT_IDLE_STOP_SECONDS * 1000 } = options;
  const ffmpeg = await locateFfmpeg(options.ffmpeg, environment);
  if (ffmpeg === undefined) throw new InputError(`--source ${input} needs ffmpeg, and none was found: ${HOW_TO_INSTALL}`);
  const opened = liveInput(input, process.platform, environment);
  const tracks: EncodedTrack[] = [
    ...(opened.streams.video === undefined ? [] : liveVideo(options.renditions)),
    ...(opened.streams.audio === undefined ? [] : [{ track: { id: AUDIO_ID, kind: 'audio' as const, codec: OPUS }, encoding: USUAL_AUDIO }]),
  ];
  const onRestart = (reason: string, waitMs: number) => warn(`ffmpeg ended (${reason}); it is started again in ${Math.round(waitMs)} ms`);
  const source = new LiveSource({ ffmpeg, input: opened, tracks, clock, random, idleStopMs, onRestart });
  const when = idleStopMs === Infinity ? 'without a pause' : 'while there are viewers';
  return { source, how: `encoded by ${ffmpeg}, once for all viewers, ${when}${input === TEST_SOURCE ? '' : ' (if nothing comes, the log says why)'}` };
}

async function asItIs(input: string, container: Container, clock: Clock): Promise<OpenedSource> {
  const parts = partsOf(input, container);
  container.close();
  return { source: new FileSource(await openFilm(parts), clock), how: 'played as it is, without an encoder', film: { parts, complete: Promise.resolve() } };
}

/**
 * Opens an input, so that it only needs to be started.
 * @throws InputError when it is missing, cannot be read, or needs an ffmpeg that is not there
 */
export async function openSource(options: OpenOptions): Promise<OpenedSource> {
  const { input, clock, warn } = options;
  if (!isFile(input)) return openLive(options);
  if (await requireFile(input)) return openFolder(options);
  const container = await readable(input);
  const tracks = [container?.video, container?.audio].filter((track) => track !== undefined);
  const [hindrance] = tracks.flatMap((track) => track.hindrance ?? []);
  const lacking = container?.video?.codec?.name === 'H264';
  const renditions = options.renditions !== undefined && container?.video !== undefined;
  if (container && hindrance === undefined && !lacking && !renditions) return asItIs(input, container, clock);
  const ffmpeg = await locateFfmpeg(options.ffmpeg, options.environment);
  if (ffmpeg !== undefined) return openByFfmpeg({ ...options, ffmpeg, container });
  if (!container) throw new InputError(`${input} is no film that can be played as it is, so it needs ffmpeg, and none was found: ${HOW_TO_INSTALL}`);
  if (!tracks.every(({ playable }) => playable)) {
    container.close();
    throw new InputError(`${input} needs ffmpeg, for ${hindrance ?? 'it cannot be played as it is'}; none was found: ${HOW_TO_INSTALL}`);
  }
  if (renditions) warn(`${input} is played in one rendition only, since there is no ffmpeg to encode others: ${HOW_TO_INSTALL}`);
  if (hindrance !== undefined) warn(`${input} is played as it is, since there is no ffmpeg to encode it anew, though ${hindrance}`);
  if (lacking) warn(`${input} is in H.264, which some browsers lack, and there is no ffmpeg to encode it for them`);
  return asItIs(input, container, clock);
}
