/** Opens a folder of films: settles in which codec their pictures go out, and how each is brought into it. */
import { EncodingCache } from './cache/cache.ts';
import { openEncodedFilm, planFor } from './encoded-film.ts';
import { HOW_TO_INSTALL, locateFfmpeg } from './ffmpeg/locate.ts';
import { probe, type Probed } from './ffmpeg/probe.ts';
import { openContainer, type Container } from './file/container.ts';
import { openFilm, partsOf } from './file/demuxer.ts';
import type { Film } from './file/film.ts';
import { FileSource } from './file/file-source.ts';
import { filmsIn, Folder } from './folder.ts';
import type { OpenedSource, OpenOptions } from './opened-source.ts';
import { InputError, VP8, type Codec } from './source.ts';

/** Of so many films, the first ones tell what codec they share. */
const MAX_INSPECTED_FILMS = 200;

const readable = (file: string): Promise<Container | undefined> => openContainer(file).catch(() => undefined);

/** The codec that all pictures are in, if every browser has it; else VP8, into which others are encoded. */
async function commonPicture(files: readonly string[]): Promise<Codec> {
  let common: Codec | undefined;
  for (const file of files.slice(0, MAX_INSPECTED_FILMS)) {
    const container = await readable(file);
    container?.close();
    if (container && !container.video) continue;
    const codec = container?.video?.codec;
    const fine = codec !== undefined && codec.name !== 'H264' && container?.video?.hindrance === undefined;
    if (!fine || (common !== undefined && common.name !== codec.name)) return VP8;
    common = codec;
  }
  return common ?? VP8;
}

async function contentsOf(file: string, container: Container | undefined, ffmpeg: string | undefined): Promise<Probed> {
  if (container) return { video: container.video !== undefined, audio: container.audio !== undefined, duration: Math.max(container.video?.end ?? 0, container.audio?.end ?? 0) };
  if (ffmpeg === undefined) throw new InputError(`it needs ffmpeg, and none was found: ${HOW_TO_INSTALL}`);
  return probe(ffmpeg, ['-i', `file:${file}`]);
}

/** @throws InputError when it holds no films */
export async function openFolder(options: OpenOptions): Promise<OpenedSource> {
  const { input, clock, warn, note = () => undefined } = options;
  const files = await filmsIn(input);
  if (options.renditions !== undefined) warn(`--renditions is for one film or a live input: the films of ${input} are played in one size each`);
  const ffmpeg = await locateFfmpeg(options.ffmpeg, options.environment);
  const cache = ffmpeg !== undefined && options.cache ? new EncodingCache({ ...options.cache, ffmpeg, clock, note }) : undefined;
  const picture = await commonPicture(files);
  const open = async (file: string): Promise<Film> => {
    const container = await readable(file);
    const contents = await contentsOf(file, container, ffmpeg);
    const plan = planFor(container, contents, [], picture.name);
    if (container && plan.wanted.length === 0) {
      container.close();
      return openFilm(partsOf(file, container));
    }
    if (!cache) {
      container?.close();
      throw new InputError(`it needs ffmpeg, and none was found: ${HOW_TO_INSTALL}`);
    }
    return (await openEncodedFilm({ input: file, container, plan, duration: contents.duration ?? 0, cache, clock, onProgress: () => undefined })).film;
  };
  const folder = new Folder({ folder: input, picture, open, note, warn });
  const onStopped = async () => {
    folder.close();
    await cache?.close();
  };
  return { source: new FileSource(folder, clock, { onStopped }), how: `a folder of ${files.length} films, played one after the other in ${picture.name} and Opus` };
}
