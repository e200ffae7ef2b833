/**
 * What the directory says of a streamer, checked before it goes on to pages: it was written by whoever registered, so
 * lengths are bounded and what is no plain text or no address of a picture is left out.
 */
import { z } from 'zod';
import type { ListPackage } from './list-package.ts';
import { parseJson } from './parse-json.ts';

const MAX_NAME_CHARACTERS = 200;
const MAX_ADDRESS_CHARACTERS = 300;
const MAX_TITLE_CHARACTERS = 200;
const MAX_DESCRIPTION_CHARACTERS = 2000;
const MAX_IMAGE_CHARACTERS = 1000;
const MAX_CODECS = 16;
const MAX_CODEC_CHARACTERS = 32;
const MAX_RENDITIONS = 8;
const MAX_RENDITION_CHARACTERS = 32;

/** Streamers that are looked at, whatever the directory says. */
export const MAX_STREAMERS = 10_000;

/** Control characters but tab and line feed, halves of surrogate pairs, and marks that turn the direction of text. */
const UNPRINTABLE = /[^\P{Cc}\t\n]|[\u202A-\u202E\u2066-\u2069]|\p{Cs}/gu;

const plainText = (limit: number) =>
  z
    .string()
    .transform((text) => text.slice(0, limit).replaceAll(UNPRINTABLE, ''))
    .catch('');

const renditionNames = z.array(plainText(MAX_RENDITION_CHARACTERS).refine((name) => name !== '')).min(1).max(MAX_RENDITIONS).optional().catch(undefined);

const codecNames = z.array(z.string().min(1).max(MAX_CODEC_CHARACTERS)).max(MAX_CODECS).catch([]);

/** Stands for the page's own origin while an address is taken apart. */
const PAGE_FOLDER = 'http://page.invalid/images/';

/** Where a picture may be: beside the page (a bare file name is one in /images/), or anywhere by http(s). */
const imageAddress = z
  .string()
  .min(1)
  .max(MAX_IMAGE_CHARACTERS)
  .refine((text) => URL.canParse(text, PAGE_FOLDER))
  .transform((text) => {
    const url = new URL(text, PAGE_FOLDER);
    if (url.origin === new URL(PAGE_FOLDER).origin) return url.pathname + url.search;
    return url.protocol === 'http:' || url.protocol === 'https:' ? url.href : '';
  })
  .catch('');

const streamerSchema = z.object({
  name: z
    .string()
    .min(1)
    .max(MAX_NAME_CHARACTERS)
    .refine((name) => !/[\t\n]/.test(name) && name.search(UNPRINTABLE) < 0),
  address: plainText(MAX_ADDRESS_CHARACTERS),
  title: plainText(MAX_TITLE_CHARACTERS),
  image: imageAddress,
  description: plainText(MAX_DESCRIPTION_CHARACTERS),
  codecs: z.object({ audio: codecNames, video: codecNames }).optional().catch(undefined),
  viewers: z.int().min(0).catch(0),
  /** Of those where each viewer has a playback of his own. */
  mode: z.literal('vod').optional().catch(undefined),
  /** Of those where viewers can choose a quality. */
  renditions: renditionNames,
});

/** One streamer of the directory. `codecs` is undefined where it did not say what it sends. */
export type Streamer = z.infer<typeof streamerSchema>;

/** What pages are told of a streamer; its codecs are between front and the streamer. */
export type ListedStreamer = Omit<Streamer, 'codecs'>;

const pageSchema = z.object({ streamers: z.array(z.unknown()), next: z.int().positive().optional().catch(undefined) });

/** One page of the directory's JSON. */
export interface DirectoryPage {
  streamers: Streamer[];
  /** How many entries could not be used. */
  dropped: number;
  /** Offset of the page that follows, when one does. */
  next: number | undefined;
}

/**
 * Reads the directory's JSON (`{"streamers":[…],"next":k}`); entries that are no streamers are left out and counted.
 * @returns undefined when the text is no directory at all.
 */
export function readDirectoryPage(json: string): DirectoryPage | undefined {
  const parsed = pageSchema.safeParse(parseJson(json));
  if (!parsed.success) return undefined;
  const entries = parsed.data.streamers.slice(0, MAX_STREAMERS);
  const streamers = entries.map((entry) => streamerSchema.safeParse(entry)).flatMap((result) => (result.success ? [result.data] : []));
  return { streamers, dropped: parsed.data.streamers.length - streamers.length, next: parsed.data.next };
}

/** The event package that tells who streams. */
export const DIRECTORY_PACKAGE: ListPackage<Streamer> = {
  event: 'directory',
  noun: 'directory',
  maxEntries: MAX_STREAMERS,
  idOf: ({ name }) => name,
  readPage: (json) => {
    const page = readDirectoryPage(json);
    return page && { entries: page.streamers, dropped: page.dropped, next: page.next };
  },
};

/** The streamers as pages see them. */
export function listed(streamers: readonly Streamer[]): ListedStreamer[] {
  return streamers.map(({ name, address, title, image, description, viewers, mode, renditions }) => ({
    ...{ name, address, title, image, description, viewers },
    ...(mode && { mode }),
    ...(renditions && { renditions }),
  }));
}
