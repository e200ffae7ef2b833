/** The header fields of a message in their order (RFC 3261 §7.3): names in any case or compact form, values as text. */

import { isToken, trimmed } from './characters.ts';
import { Field } from './field.ts';
import { nameKey, registeredName } from './header-names.ts';
import { endOfValue, splitValues } from './list.ts';

export class Headers {
  #fields: Field[];

  constructor(fields: Iterable<readonly [string, string]> = []) {
    this.#fields = [];
    for (const [name, value] of fields) this.append(name, value);
  }

  /** Takes the array over: for the parser. */
  static of(fields: Field[]): Headers {
    const headers = new Headers();
    headers.#fields = fields;
    return headers;
  }

  /** Number of header lines. */
  get size(): number {
    return this.#fields.length;
  }

  /** The first line of this name: for reading parsed values, see `Field.parsed`. */
  field(name: string): Field | undefined {
    return this.keyed(nameKey(name));
  }

  /** As `field`, for a name known to be in its registered spelling. */
  keyed(key: string): Field | undefined {
    for (const field of this.#fields) if (field.key === key) return field;
    return undefined;
  }

  /** Every line of this name. */
  fieldsOf(name: string): Field[] {
    const key = nameKey(name);
    return this.#fields.filter((field) => field.key === key);
  }

  has(name: string): boolean {
    return this.field(name) !== undefined;
  }

  /** Value of the first line of this name. */
  get(name: string): string | undefined {
    return this.field(name)?.value;
  }

  /** Values of this name, one a line, commas left alone. */
  all(name: string): string[] {
    return this.fieldsOf(name).map((field) => field.value);
  }

  /** Values of a list header over all its lines, split at commas; empty ones left out. */
  values(name: string): string[] {
    return this.fieldsOf(name).flatMap((field) => splitValues(field.value)).filter((value) => value !== '');
  }

  /** Replaces all lines of this name by one, where the first was. @throws TypeError for what no header line can hold */
  set(name: string, value: string): void {
    const field = newField(name, value);
    const index = this.#fields.findIndex((other) => other.key === field.key);
    if (index < 0) {
      this.#fields.push(field);
      return;
    }
    this.#fields[index] = field;
    for (let i = this.#fields.length - 1; i > index; i--) {
      if (this.#fields[i]?.key === field.key) this.#fields.splice(i, 1);
    }
  }

  /** Adds a line at the end. @throws TypeError for what no header line can hold */
  append(name: string, value: string): void {
    this.#fields.push(newField(name, value));
  }

  /** Adds a line above the others of its name, or at the top when there is none. @throws TypeError for what no header line can hold */
  prepend(name: string, value: string): void {
    const field = newField(name, value);
    const index = this.#fields.findIndex((other) => other.key === field.key);
    this.#fields.splice(Math.max(index, 0), 0, field);
  }

  /** Removes every line of this name. */
  delete(name: string): void {
    const key = nameKey(name);
    for (let i = this.#fields.length - 1; i >= 0; i--) {
      if (this.#fields[i]?.key === key) this.#fields.splice(i, 1);
    }
  }

  /** Takes the first value off a list header, and its line with it when nothing else was on it. */
  removeFirstValue(name: string): string | undefined {
    return this.#editFirstValue(name, undefined);
  }

  /** Puts another value in the place of the first one of a list header. @returns the value that was there */
  replaceFirstValue(name: string, value: string): string | undefined {
    return this.#editFirstValue(name, value);
  }

  #editFirstValue(name: string, replacement: string | undefined): string | undefined {
    const key = nameKey(name);
    const index = this.#fields.findIndex((field) => field.key === key);
    const field = this.#fields[index];
    if (field === undefined) return undefined;
    const line = field.value;
    const end = line.includes(',') ? endOfValue(line, 0) : line.length;
    if (end === line.length) {
      if (replacement === undefined) this.#fields.splice(index, 1);
      else this.#fields[index] = newField(name, replacement);
      return line;
    }
    const others = trimmed(line, end + 1, line.length);
    const kept = [replacement, others === '' ? undefined : others].filter((value) => value !== undefined);
    if (kept.length === 0) this.#fields.splice(index, 1);
    else this.#fields[index] = newField(name, kept.join(', '));
    return trimmed(line, 0, end);
  }

  /** Lines in order, names in their registered spelling. */
  *entries(): IterableIterator<[string, string]> {
    for (const field of this.#fields) yield [registeredName(field.name) ?? field.name, field.value];
  }

  /** Lines in order: for the serializer. */
  get fields(): readonly Field[] {
    return this.#fields;
  }

  /** A copy that changes independently; what was parsed already is shared. */
  clone(): Headers {
    return Headers.of(this.#fields.slice());
  }
}

function newField(name: string, value: string): Field {
  const registered = registeredName(name);
  if (registered === undefined && !isToken(name)) throw new TypeError(`${JSON.stringify(name.slice(0, 40))} is no header name`);
  // A line break would let a value smuggle in headers of its own.
  if (value.includes('\r') || value.includes('\n')) throw new TypeError(`The value of ${name} must not contain line breaks`);
  return registered === undefined ? Field.set(name, name.toLowerCase(), value) : Field.set(registered, registered, value);
}
