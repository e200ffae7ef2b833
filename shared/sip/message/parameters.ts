/** The `;name=value` tails of header values (RFC 3261 §25.1, generic-param). */

import { consistsOf, endOf, endOfQuotedString, EQUALS, PARAMETER_VALUE_CHARACTERS, QUOTE, quote, SEMICOLON, skipWhitespace, TOKEN_CHARACTERS, unquote } from './characters.ts';
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
    const start = skipWhitespace(text, i + 1);
    const end = endOf(TOKEN_CHARACTERS, text, start);
    const name = text.slice(start, end).toLowerCase();
    if (name === '' || parameters.has(name)) throw malformed(text, i, header);
    i = skipWhitespace(text, end);
    if (text.charCodeAt(i) !== EQUALS) {
      parameters.set(name, true);
      continue;
    }
    const valueStart = skipWhitespace(text, i + 1);
    const quoted = text.charCodeAt(valueStart) === QUOTE;
    const valueEnd = quoted ? endOfQuotedString(text, valueStart) : endOf(PARAMETER_VALUE_CHARACTERS, text, valueStart);
    if (valueEnd <= valueStart) throw malformed(text, i, header);
    const value = text.slice(valueStart, valueEnd);
    parameters.set(name, quoted ? unquote(value) : value);
    i = skipWhitespace(text, valueEnd);
  }
  return parameters;
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
