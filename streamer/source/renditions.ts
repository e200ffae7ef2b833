/** Renditions: one picture encoded several times, in VP8 for every browser, with keyframes of the same moments. */
import type { Parser } from '../../shared/cli/parsers.ts';
import { UsageError } from '../../shared/cli/usage-error.ts';
import { USUAL_VIDEO, type VideoEncoding } from './ffmpeg/encodings.ts';
import type { Wanted } from './encoded-film.ts';
import { VIDEO_ID } from './file/demuxer.ts';

/** Heights in lines, largest first; or what suits the picture. */
export type RenditionsWanted = readonly number[] | 'auto';

export const LEAST_HEIGHT = 90;
export const GREATEST_HEIGHT = 2_160;
/** Each is encoded all the time, whoever watches. */
export const MAX_RENDITIONS = 4;

const AUTO_HEIGHTS = [720, 360, 180] as const;
/** Of a picture that is not told to be smaller: what viewers without a choice get. */
const REFERENCE = { height: USUAL_VIDEO.maxHeight, bitsPerSecond: USUAL_VIDEO.bitsPerSecond };
/** A picture of a quarter of the pixels takes more than a quarter of the bits. */
const BITS_EXPONENT = 1.5;
const BITS_STEP = 10_000;
const ASPECT = 16 / 9;
/** Beside {@link VIDEO_ID} for the best one. */
const FURTHER_IDS = 10;

/** Picture of which renditions are made, as far as it is known. */
export interface Picture {
  readonly width: number;
  readonly height: number;
}

/**
 * Encodings of a picture, best first, none larger than it is.
 * @param picture undefined where it is not known before it is played
 */
export function renditionsOf(wanted: RenditionsWanted, picture: Picture | undefined): Wanted[] {
  const available = picture?.height ?? Infinity;
  const heights = [...(wanted === 'auto' ? AUTO_HEIGHTS : wanted)].sort((one, other) => other - one);
  const smaller = heights.filter((height) => height < available);
  // What is asked for in a larger size than the picture has is given in its own.
  const kept = smaller.length < heights.length && picture ? [evenHeight(picture.height), ...smaller] : smaller;
  return [...new Set(kept)].map((height, index) => renditionOf(height, picture, index === 0 ? VIDEO_ID : FURTHER_IDS + index));
}

function renditionOf(height: number, picture: Picture | undefined, id: number): Wanted {
  const bitsPerSecond = Math.round((REFERENCE.bitsPerSecond * (height / REFERENCE.height) ** BITS_EXPONENT) / BITS_STEP) * BITS_STEP;
  const aspect = picture ? picture.width / picture.height : ASPECT;
  const encoding: VideoEncoding = { kind: 'video', codec: 'VP8', maxWidth: evenWidth(height * Math.max(ASPECT, aspect)), maxHeight: height, bitsPerSecond };
  return { id, encoding, rendition: { name: `${height}p`, width: evenWidth(height * aspect), height, bitsPerSecond } };
}

function evenWidth(width: number): number {
  return Math.round(width / 2) * 2;
}

function evenHeight(height: number): number {
  return Math.max(2, Math.trunc(height / 2) * 2);
}

/** `auto`, or heights such as `720p,360p`. @throws UsageError that says what is wrong */
export const parseRenditions: Parser<RenditionsWanted> = (text) => {
  if (text.trim() === 'auto') return 'auto';
  const heights = text.split(',').map((name) => Number(/^\s*(\d{2,4})p\s*$/.exec(name)?.[1]));
  if (heights.some((height) => !(height >= LEAST_HEIGHT && height <= GREATEST_HEIGHT && height % 2 === 0))) {
    throw new UsageError(`expected "auto", or even heights from ${LEAST_HEIGHT}p to ${GREATEST_HEIGHT}p such as "720p,360p,180p"`);
  }
  const distinct = [...new Set(heights)].sort((one, other) => other - one);
  if (distinct.length > MAX_RENDITIONS) throw new UsageError(`expected at most ${MAX_RENDITIONS} renditions`);
  return distinct;
};
parseRenditions.list = true;
