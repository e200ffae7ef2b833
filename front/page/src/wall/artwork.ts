/** A picture for a streamer that has none: colours drawn from its name, the same each time, and its initials. */

export interface Artwork {
  /** Hues in degrees of the two ends of a gradient. */
  readonly hues: readonly [number, number];
  /** Direction of the gradient in degrees. */
  readonly angle: number;
  readonly initials: string;
}

/** Pairs of hues that go well together under white letters; yellow and its neighbours are left out. */
const HUES: readonly (readonly [number, number])[] = [
  [262, 216], [216, 184], [188, 158], [336, 288], [14, 336], [30, 354],
  [284, 326], [204, 262], [166, 206], [350, 24], [242, 302], [152, 188],
];

/** FNV-1a, its bits mixed at the end: texts that differ in one letter get colours that have nothing to do with each other. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) value = Math.imul(value ^ (character.codePointAt(0) ?? 0), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** @returns one or two capital letters: of the first and the last word */
export function initialsOf(text: string): string {
  const words = text.split(/[\s._-]+/).map((word) => /[\p{L}\p{N}]/u.exec(word)?.[0] ?? '').filter((letter) => letter !== '');
  const first = words[0] ?? '';
  const last = words.length > 1 ? (words.at(-1) ?? '') : '';
  return (first + last).toUpperCase() || '•';
}

export function artworkFor(name: string): Artwork {
  const value = hash(name);
  const hues = HUES[value % HUES.length] ?? [262, 216];
  return { hues, angle: 110 + ((value >>> 17) % 60), initials: initialsOf(name) };
}

/**
 * The address of a streamer's picture.
 * @param image what the streamer registered: a web address, a path on front, a bare file name, or any text at all
 * @returns undefined when it names no picture
 */
export function imageAddress(image: string): string | undefined {
  if (/^https?:\/\/\S+$/i.test(image)) return image;
  if (/^\/(?!\/)\S*$/.test(image)) return image;
  if (/^[\w.-]+\.(?:png|jpe?g|webp|avif|svg|gif)$/i.test(image)) return `/images/${image}`;
  return undefined;
}
