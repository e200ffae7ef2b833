/** Reads members of JSON that is not trusted: each function gives something harmless for what is not as it should be. */

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** @returns undefined unless it is a text with something in it, at most `most` characters of it */
export function textOf(value: unknown, most: number): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, most) : undefined;
}

/** The entries of a list that make sense, of the first `most`. @returns undefined when it is no list */
export function listOf<T>(value: unknown, most: number, read: (entry: unknown) => T | undefined): T[] | undefined {
  return Array.isArray(value) ? value.slice(0, most).map(read).filter((entry) => entry !== undefined) : undefined;
}

/** A whole number from 0 to `most`. */
export function countOf(value: unknown, most: number): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= most ? value : undefined;
}
