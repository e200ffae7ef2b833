/** The `;name=value` tails of header values (RFC 3261 §25.1, generic-param). */

import { consistsOf, endOfQuotedString, EQUALS, isToken, PARAMETER_VALUE_CHARACTERS, QUOTE, quote, SEMICOLON, skipWhitespace, trimmed, unquote } from './characters.ts';
import { SipSyntaxError } from './syntax-error.ts';

/** Names in lower case; quoted values without their quotes; `true` for a parameter without value. */
export type Parameters = ReadonlyMap<string, string | true>;

export const NO_PARAMETERS: Parameters = new Map();

/**
 * Reads `*( ;name [= value] )` from `from` to the end of the text, blanks around separators allowed.
 * @throws SipSyntaxError for empty or doubled parameters, unclosed quotes, and anything else in between
 */
export function parseParameters(text: string, from: number, header?: string): Parameters {
  let i = skipWhitespace(text, from);
  if (i === text.length) return NO_PARAMETERS;
  const parameters = new Map<string, string | true>();
  while (i < text.length) {
    if (text.charCodeAt(i) !== SEMICOLON) throw malformed(text, i, header);
    const start = i + 1;
    i = endOfName(text, start);
    const name = trimmed(text, start, i).toLowerCase();
    if (!isToken(name) || parameters.has(name)) throw malformed(text, start, header);
    if (text.charCodeAt(i) !== EQUALS) {
      parameters.set(name, true);
      continue;
    }
    i = skipWhitespace(text, i + 1);
    const end = endOfParameterValue(text, i);
    if (end < 0) throw malformed(text, i, header);
    parameters.set(name, parameterValue(trimmed(text, i, end), header));
    i = skipWhitespace(text, end);
  }
  return parameters;
}

function endOfName(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === EQUALS || code === SEMICOLON) return i;
  }
  return text.length;
}

function endOfParameterValue(text: string, from: number): number {
  if (text.charCodeAt(from) === QUOTE) return endOfQuotedString(text, from);
  const end = text.indexOf(';', from);
  return end < 0 ? text.length : end;
}

function parameterValue(text: string, header: string | undefined): string {
  if (text.charCodeAt(0) === QUOTE) return unquote(text);
  if (!consistsOf(text, PARAMETER_VALUE_CHARACTERS)) throw malformed(text, 0, header);
  return text;
}

function malformed(text: string, at: number, header: string | undefined): SipSyntaxError {
  const where = JSON.stringify(text.slice(at, at + 40));
  return new SipSyntaxError(`${header ?? 'A header'} has a malformed parameter at ${where}`, header === undefined ? {} : { header });
}

/** `;name=value` for each; values that are neither token nor host are quoted. */
export function formatParameters(parameters: Parameters): string {
  let text = '';
  for (const [name, value] of parameters) {
    if (value === true) text += `;${name}`;
    else text += `;${name}=${consistsOf(value, PARAMETER_VALUE_CHARACTERS) ? value : quote(value)}`;
  }
  return text;
}
