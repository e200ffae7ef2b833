/** A sentence on one line of a message, and where the standard says so. */
export interface Explanation {
  readonly text: string;
  /** `RFC 3261 §20.8`; undefined for what no RFC knows. */
  readonly source: string | undefined;
}

/** @param source without a section sign for a whole RFC */
export function explained(text: string, source?: string): Explanation {
  return { text, source };
}

/** The entry of that name, which somebody else chose: what every object has is none. */
export function entryOf<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** Where a source can be read; undefined for what is no RFC. */
export function addressOf(source: string): string | undefined {
  const [, number, section] = /^RFC (\d+)(?: §([\d.A-Z]+))?$/.exec(source) ?? [];
  if (number === undefined) return undefined;
  return `https://www.rfc-editor.org/rfc/rfc${number}${section === undefined ? '' : `#section-${section}`}`;
}
