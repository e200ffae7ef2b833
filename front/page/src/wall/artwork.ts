/** A picture for a streamer that has none: colours drawn from its name, the same each time, and its initials. */

export interface Artwork {
  /** Hues in degrees of the two ends of a gradient. */
  readonly hues: readonly [number, number];
  /** Direction of the gradient in degrees. */
  readonly angle: number;
  readonly initials: string;
}

/** FNV-1a: short texts that differ in one letter land far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const character of text) {
    value ^= character.codePointAt(0) ?? 0;
    value = Math.imul(value, 0x01000193) >>> 0;
  }
  return value;
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
  const hue = value % 360;
  return { hues: [hue, (hue + 40 + ((value >>> 9) % 50)) % 360], angle: 110 + ((value >>> 17) % 60), initials: initialsOf(name) };
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
