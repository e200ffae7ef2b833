/** One header line: its text as received, read only when asked, or its value as set (RFC 3261 §7.3.1). */

import { trimmed } from './characters.ts';

export class Field {
  /** As written on the wire. */
  readonly name: string;
  /** The registered name, or the name in lower case: equal for all spellings of one name. */
  readonly key: string;
  /** The message that it was read from, undefined for a field that was set. */
  readonly source: string | undefined;
  /** Where its line begins in the source, and where it ends, line break included. */
  readonly start: number;
  readonly end: number;
  readonly #valueStart: number;
  #value: string | undefined;
  #parsed: unknown;
  #parser: unknown;

  private constructor(name: string, key: string, value: string | undefined, source: string | undefined, start: number, valueStart: number, end: number) {
    this.name = name;
    this.key = key;
    this.#value = value;
    this.source = source;
    this.start = start;
    this.#valueStart = valueStart;
    this.end = end;
  }

  static set(name: string, key: string, value: string): Field {
    return new Field(name, key, value, undefined, 0, 0, 0);
  }

  /** A field whose lines are `source.slice(start, end)`, value from `valueStart`, with every line break in place. */
  static received(name: string, key: string, source: string, start: number, valueStart: number, end: number): Field {
    return new Field(name, key, undefined, source, start, valueStart, end);
  }

  /** Without blanks around it; folded lines joined by one space. */
  get value(): string {
    return (this.#value ??= unfolded(trimmed(this.source ?? '', this.#valueStart, this.end - 2)));
  }

  /** What `parse` makes of the value: done once, however often asked. @throws what `parse` throws */
  parsed<T>(parse: (value: string) => T): T {
    if (this.#parser === parse) return this.#parsed as T;
    const parsed = parse(this.value);
    this.#parser = parse;
    this.#parsed = parsed;
    return parsed;
  }
}

function unfolded(value: string): string {
  if (!value.includes('\r')) return value;
  return value
    .split('\r\n')
    .map((line) => trimmed(line, 0, line.length))
    .filter((line) => line !== '')
    .join(' ');
}
