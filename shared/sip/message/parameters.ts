/** The `;name=value` tails of header values (RFC 3261 §25.1, generic-param). */

import { consistsOf, endOf, endOfQuotedString, EQUALS, PARAMETER_VALUE_CHARACTERS, QUOTE, quote, SEMICOLON, skipWhitespace, TOKEN_CHARACTERS, unquote } from './characters.ts';
import { SipSyntaxError } from './syntax-error.ts';

/** More than any known header has; each name is compared with those before it. */
const MAX_PARAMETERS = 64;

export type ParameterValue = string | true;

/**
 * Names in lower case; quoted values without their quotes; `true` for a parameter without value. Immutable. Every message has a
 * dozen headers with two or three of them: lists are made and searched faster than maps of that size.
 */
export class Parameters {
  readonly #names: readonly string[];
  readonly #values: readonly ParameterValue[];

  /** Takes the arrays over, a value for each name. */
  constructor(names: readonly string[] = [], values: readonly ParameterValue[] = []) {
    this.#names = names;
    this.#values = values;
  }

  get size(): number {
    return this.#names.length;
  }

  has(name: string): boolean {
    return this.#names.includes(name);
  }

  get(name: string): ParameterValue | undefined {
    const index = this.#names.indexOf(name);
    return index < 0 ? undefined : this.#values[index];
  }

  /** With another value in the place of the one of this name, or at the end. */
  with(name: string, value: ParameterValue): Parameters {
    const index = this.#names.indexOf(name);
    if (index < 0) return new Parameters([...this.#names, name], [...this.#values, value]);
    const values = this.#values.slice();
    values[index] = value;
    return new Parameters(this.#names, values);
  }

  without(name: string): Parameters {
    const index = this.#names.indexOf(name);
    const others = (_: unknown, other: number): boolean => other !== index;
    return index < 0 ? this : new Parameters(this.#names.filter(others), this.#values.filter(others));
  }

  *[Symbol.iterator](): IterableIterator<[string, ParameterValue]> {
    for (const [index, name] of this.#names.entries()) yield [name, this.#values[index] ?? true];
  }

  /** `;name=value` for each; values that are neither token nor host are quoted. */
  toString(): string {
    let text = '';
    for (let i = 0; i < this.#names.length; i++) {
      const value = this.#values[i] ?? true;
      text += `;${this.#names[i] ?? ''}`;
      if (value !== true) text += `=${consistsOf(value, PARAMETER_VALUE_CHARACTERS) ? value : quote(value)}`;
    }
    return text;
  }
}

export const NO_PARAMETERS = new Parameters();

/**
 * Reads `*( ;name [= value] )` from `from` to the end of the text, blanks around separators allowed.
 * @throws SipSyntaxError for empty or doubled parameters, too many of them, unclosed quotes, and anything else in between
 */
export function parseParameters(text: string, from: number, header?: string): Parameters {
  let i = skipWhitespace(text, from);
  if (i === text.length) return NO_PARAMETERS;
  const names: string[] = [];
  const values: ParameterValue[] = [];
  while (i < text.length) {
    if (text.charCodeAt(i) !== SEMICOLON) throw malformed(text, i, header);
    const start = skipWhitespace(text, i + 1);
    const end = endOf(TOKEN_CHARACTERS, text, start);
    const name = text.slice(start, end).toLowerCase();
    if (name === '' || names.length === MAX_PARAMETERS || names.includes(name)) throw malformed(text, i, header);
    names.push(name);
    i = skipWhitespace(text, end);
    if (text.charCodeAt(i) !== EQUALS) {
      values.push(true);
      continue;
    }
    const valueStart = skipWhitespace(text, i + 1);
    const quoted = text.charCodeAt(valueStart) === QUOTE;
    const valueEnd = quoted ? endOfQuotedString(text, valueStart) : endOf(PARAMETER_VALUE_CHARACTERS, text, valueStart);
    if (valueEnd <= valueStart) throw malformed(text, i, header);
    const value = text.slice(valueStart, valueEnd);
    values.push(quoted ? unquote(value) : value);
    i = skipWhitespace(text, valueEnd);
  }
  return new Parameters(names, values);
}

function malformed(text: string, at: number, header: string | undefined): SipSyntaxError {
  const where = JSON.stringify(text.slice(at, at + 40));
  return new SipSyntaxError(`${header ?? 'A header'} has a malformed parameter at ${where}`, header === undefined ? {} : { header });
}
