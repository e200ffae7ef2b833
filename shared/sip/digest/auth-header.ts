/** `Digest name=value, …`: WWW-Authenticate, Authorization and their proxy twins (RFC 3261 §20.7, §20.44, §25.1). */

import { isToken, quote, QUOTE, trimmed, unquote } from '../message/characters.ts';
import { endOfValue } from '../message/list.ts';
import { SipSyntaxError } from '../message/syntax-error.ts';

export interface AuthHeader {
  /** In lower case. */
  readonly scheme: string;
  /** Names in lower case, quotes removed. */
  readonly parameters: ReadonlyMap<string, string>;
}

const MAX_PARAMETERS = 32;

/** @throws SipSyntaxError (400) when the parameters break the grammar; those of other schemes than Digest are not read */
export function parseAuthHeader(text: string, header: string): AuthHeader {
  const blank = text.search(/[ \t]/);
  const scheme = (blank < 0 ? text : text.slice(0, blank)).toLowerCase();
  if (!isToken(scheme)) throw new SipSyntaxError(`${header} names no scheme`, { header });
  if (scheme !== 'digest') return { scheme, parameters: new Map() };
  const parameters = new Map<string, string>();
  for (let start = scheme.length; start < text.length; ) {
    const end = endOfValue(text, start);
    const parameter = trimmed(text, start, end);
    start = end + 1;
    if (parameter === '') continue;
    const equals = parameter.indexOf('=');
    const name = trimmed(parameter, 0, Math.max(equals, 0)).toLowerCase();
    const value = trimmed(parameter, equals + 1, parameter.length);
    if (!isToken(name) || parameters.has(name) || parameters.size >= MAX_PARAMETERS) throw new SipSyntaxError(`${header} has a malformed parameter`, { header });
    parameters.set(name, authValue(value, header));
  }
  return { scheme, parameters };
}

function authValue(value: string, header: string): string {
  if (value.charCodeAt(0) !== QUOTE) return value;
  if (value.length < 2 || !value.endsWith('"')) throw new SipSyntaxError(`${header} has a quote that never closes`, { header });
  return unquote(value);
}

/** Parameters that the grammar wants without quotes. */
const UNQUOTED = new Set(['algorithm', 'nc', 'stale']);

/** @param parameters in order; undefined values are left out. A single qop goes unquoted in credentials, quoted in challenges. */
export function formatAuthHeader(parameters: Readonly<Record<string, string | undefined>>, kind: 'challenge' | 'credentials'): string {
  const written = Object.entries(parameters).flatMap(([name, value]) => {
    if (value === undefined) return [];
    const plain = UNQUOTED.has(name) || (name === 'qop' && kind === 'credentials') || (name === 'charset' && kind === 'challenge');
    return [`${name}=${plain ? value : quote(value)}`];
  });
  return `Digest ${written.join(', ')}`;
}
