/** What a streamer tells of itself when it registers: the JSON body of its REGISTER, shown by the page and the directory. */
import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { UsageError } from '../../shared/cli/usage-error.ts';
import type { Track } from '../source/source.ts';

export const DESCRIPTION_TYPE = 'application/json';

/** A REGISTER has to fit into one datagram, and the directory's list as many of these as possible. */
const LIMITS = { title: 80, description: 300, image: 200 } as const;
/** A sidecar file holds these texts and little else. */
const MAX_SIDECAR_BYTES = 64 * 1024;

/** Whether all viewers see the same moment, or each has a playback of his own. */
export const MODES = ['live', 'vod'] as const;
export type Mode = (typeof MODES)[number];

export interface Texts {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  /** An address on front, such as `/images/sample.webp`, or an absolute one. */
  readonly image?: string | undefined;
}

export interface StreamerDescription extends Texts {
  readonly codecs: { readonly audio: readonly string[]; readonly video: readonly string[] };
  /** Missing where all viewers see the same moment. */
  readonly mode?: 'vod';
  /** Names of the qualities that a viewer can choose from, best first; missing where there is one only. */
  readonly renditions?: readonly string[];
}

/** `films/My film.mp4` → `My film`. */
export function nameOfInput(input: string): string {
  return basename(input, extname(input)) || input;
}

function readTexts(json: unknown): Texts {
  const fields = typeof json === 'object' && json !== null ? (json as Readonly<Record<string, unknown>>) : {};
  const text = (name: keyof Texts) => (typeof fields[name] === 'string' ? fields[name] : undefined);
  return { title: text('title'), description: text('description'), image: text('image') };
}

/**
 * Reads `film.json` beside `film.webm`, if it is there.
 * @throws UsageError when it is there and no JSON
 */
export async function readSidecar(file: string): Promise<Texts> {
  const sidecar = `${file.slice(0, file.length - extname(file).length)}.json`;
  const content = await readFile(sidecar).catch(() => undefined);
  if (!content || content.length > MAX_SIDECAR_BYTES) return {};
  try {
    return readTexts(JSON.parse(content.toString('utf8')));
  } catch (cause) {
    throw new UsageError(`${sidecar} is not the JSON that it should be`, { cause });
  }
}

export interface Described {
  readonly tracks: readonly Track[];
  readonly mode: Mode;
}

/**
 * @param texts the first that has a title, description or image decides it
 * @throws UsageError for a text that is too long
 */
export function describe({ tracks, mode }: Described, ...texts: readonly Texts[]): StreamerDescription {
  const pick = (name: keyof Texts): string | undefined => {
    const found = texts.find((candidate) => candidate[name] !== undefined)?.[name];
    if (found !== undefined && Array.from(found).length > LIMITS[name]) throw new UsageError(`--${name} has more than ${LIMITS[name]} characters`);
    return found;
  };
  const codecs = (kind: 'audio' | 'video') => [...new Set(tracks.filter((track) => track.kind === kind).map(({ codec }) => codec.name))];
  const renditions = [...new Set(tracks.flatMap(({ rendition }) => rendition?.name ?? []))];
  return {
    ...{ title: pick('title'), description: pick('description'), image: pick('image') },
    codecs: { audio: codecs('audio'), video: codecs('video') },
    ...(mode === 'vod' ? { mode } : {}),
    ...(renditions.length > 1 ? { renditions } : {}),
  };
}
