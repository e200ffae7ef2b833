/**
 * Names of the engine's keys: `<prefix><kind>:<id>` for an entry, `<prefix><kind>:<id>:<part>` for a further part of it. Ids and parts
 * hold any text: what is no letter, digit or mark is written as `%` and the four hexadecimal digits of its UTF-16 unit.
 */

const UNSAFE = /[^A-Za-z0-9._~@;=+-]/g;
const ESCAPED = /%([0-9a-f]{4})/g;
const HEXADECIMAL = 16;
const DIGITS = 4;

export function escapeKey(text: string): string {
  return text.replace(UNSAFE, (unit) => `%${unit.charCodeAt(0).toString(HEXADECIMAL).padStart(DIGITS, '0')}`);
}

export function unescapeKey(text: string): string {
  return text.replace(ESCAPED, (_, digits: string) => String.fromCharCode(parseInt(digits, HEXADECIMAL)));
}

/** Where one part of one entry is kept; the part that stands for the whole is the empty one. */
export interface PartName {
  readonly key: string;
  readonly part: string;
}

/** The keys of one kind of entries. */
export class KeyNames {
  /** What they all begin with, as client tracking wants it. */
  readonly prefix: string;

  constructor(prefix: string, ...kind: readonly string[]) {
    this.prefix = `${prefix}${kind.map((each) => `${escapeKey(each)}:`).join('')}`;
  }

  of(key: string, part = ''): string {
    return part === '' ? this.prefix + escapeKey(key) : `${this.prefix}${escapeKey(key)}:${escapeKey(part)}`;
  }

  /** @returns undefined for a key of another kind */
  parse(name: string): PartName | undefined {
    if (!name.startsWith(this.prefix)) return undefined;
    const [key = '', part = ''] = name.slice(this.prefix.length).split(':');
    return { key: unescapeKey(key), part: unescapeKey(part) };
  }
}
