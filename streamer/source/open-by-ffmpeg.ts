/**
 * Films of which ffmpeg has to make something: from the cache where there is one, else encoded for this moment, as also where the
 * cache cannot be written any more.
 */
import { basename } from 'node:path';
import { EncodingCache } from './cache/cache.ts';
import { openEncodedFilm, planFor, type EncodedFilm, type Plan } from './encoded-film.ts';
import type { LiveTrack } from './ffmpeg/arguments.ts';
import { encodedFrames } from './ffmpeg/encoded-frames.ts';
import { loopedFile } from './ffmpeg/inputs.ts';
import { LiveSource, type EncodedTrack } from './ffmpeg/live-source.ts';
import { probe, type Probed } from './ffmpeg/probe.ts';
import { TranscodeError } from './ffmpeg/transcode.ts';
import type { Container } from './file/container.ts';
import { AUDIO_ID, VIDEO_ID } from './file/demuxer.ts';
import { FileSource } from './file/file-source.ts';
import type { OpenedSource, OpenOptions } from './opened-source.ts';
import { humanSeconds, ProgressReport } from './progress.ts';
import { renditionsOf } from './renditions.ts';
import { InputError, OPUS, VP8, type Codec, type EncodedFrame, type MediaKind, type Rendition } from './source.ts';

export interface ByFfmpegOptions extends OpenOptions {
  readonly ffmpeg: string;
  /** What could be read without ffmpeg. */
  readonly container: Container | undefined;
}

async function contentsOf({ ffmpeg, input, container }: ByFfmpegOptions): Promise<Probed> {
  if (container) {
    const ends = [container.video?.end, container.audio?.end].filter((end) => end !== undefined);
    return { video: container.video !== undefined, audio: container.audio !== undefined, duration: Math.max(...ends) };
  }
  return probe(ffmpeg, ['-i', `file:${input}`]).catch((cause: unknown) => {
    throw new InputError(`ffmpeg cannot read ${input}: ${cause instanceof Error ? cause.message.replace(`file:${input}: `, '') : String(cause)}`, { cause });
  });
}

/** The plan's tracks as one ffmpeg makes all of them at once: what is fine is copied. */
function tracksOf(plan: Plan, container: Container | undefined): EncodedTrack[] {
  const track = (id: number, kind: MediaKind, codec: Codec, encoding: LiveTrack, rendition?: Rendition): EncodedTrack => ({ track: { id, kind, codec, ...(rendition ? { rendition } : {}) }, encoding });
  const kept = plan.kept.flatMap((kind) => {
    const codec = container?.[kind]?.codec;
    return codec ? [track(kind === 'video' ? VIDEO_ID : AUDIO_ID, kind, codec, { kind, codec: 'copy' })] : [];
  });
  const encoded = plan.wanted.map(({ id, encoding, rendition }) => track(id, encoding.kind, encoding.kind === 'video' ? VP8 : OPUS, encoding, rendition));
  return [...kept, ...encoded].sort((a, b) => a.track.id - b.track.id);
}

function openForThisMoment(options: ByFfmpegOptions, plan: Plan, contents: Probed): OpenedSource {
  const { ffmpeg, input, container, clock, random, warn, idleStopMs = Infinity } = options;
  const tracks = tracksOf(plan, container);
  container?.close();
  const onRestart = (reason: string, waitMs: number) => warn(`ffmpeg ended (${reason}); it is started again in ${Math.round(waitMs)} ms`);
  const source = new LiveSource({ ffmpeg, input: loopedFile(input, contents), tracks, clock, random, idleStopMs, onRestart });
  return { source, how: `encoded by ${ffmpeg} as it is played, once for all viewers` };
}

function describeFault(error: unknown, folder: string): string {
  if (error instanceof TranscodeError && error.fault === 'disk-full') return `there is no room left in ${folder} (${error.message}); free some, or name another with --cache`;
  return error instanceof Error ? error.message : String(error);
}

function saidOf(plan: Plan, { isComplete }: EncodedFilm): string {
  const names = plan.wanted.flatMap(({ rendition }) => rendition?.name ?? []);
  const picture = names.length > 0 ? `the picture in VP8 (${names.join(', ')})` : 'the picture in VP8';
  const encoded = [...new Set(plan.wanted.map(({ encoding }) => (encoding.kind === 'video' ? picture : 'the sound in Opus')))].join(' and ');
  const kept = plan.kept.length === 0 ? '' : `${plan.kept.map((kind) => (kind === 'video' ? 'its picture' : 'its sound')).join(' and ')} as it is, `;
  return `played with ${kept}${encoded} ${isComplete ? 'from the cache' : 'being encoded into the cache meanwhile'}`;
}

/** @throws InputError for what ffmpeg cannot read */
export async function openByFfmpeg(options: ByFfmpegOptions): Promise<OpenedSource> {
  const { input, container, ffmpeg, clock, warn, note = () => undefined, terminal, cache: settings } = options;
  const contents = await contentsOf(options);
  const plan = planFor(container, contents, options.renditions && renditionsOf(options.renditions, container?.video?.picture));
  if (!settings) return openForThisMoment(options, plan, contents);
  const cache = new EncodingCache({ ...settings, ffmpeg, clock, note });
  const report = new ProgressReport({ title: basename(input), duration: contents.duration, terminal: terminal ?? { write: () => undefined }, line: note, now: () => clock.now() });
  let opened: EncodedFilm;
  try {
    opened = await openEncodedFilm({ input, container, plan, duration: contents.duration ?? 0, cache, clock, onProgress: (progress) => report.update(progress) });
  } catch (error) {
    report.end();
    await cache.close();
    if (error instanceof TranscodeError && error.fault === 'failed') throw new InputError(`ffmpeg cannot encode ${input}: ${error.message}`, { cause: error });
    warn(`${input} cannot be encoded into the cache: ${describeFault(error, settings.folder)}. It is encoded as it is played`);
    return openForThisMoment(options, plan, contents);
  }
  const begun = clock.now();
  const { film, parts, complete } = opened;
  complete.then(
    () => {
      report.end();
      if (!opened.isComplete) note(`${input} is encoded, in ${humanSeconds((clock.now() - begun) / 1000)}; from now on it is played from ${settings.folder}`);
    },
    () => report.end(),
  );
  const live = (error: unknown): AsyncGenerator<EncodedFrame, void> => {
    warn(`${input} cannot be encoded into the cache: ${describeFault(error, settings.folder)}. It begins anew, encoded as it is played`);
    return encodedFrames({ ffmpeg, input: loopedFile(input, contents), tracks: tracksOf(plan, container) });
  };
  const source = new FileSource(film, clock, { onBroken: live, onStopped: () => cache.close() });
  return { source, how: saidOf(plan, opened), film: { parts, complete } };
}
