/** name-addr and addr-spec as From, To, Contact, Route and their like have them (RFC 3261 §20.10, §25.1). */

import { endOfQuotedString, isToken, QUOTE, quote, skipWhitespace, trimmed, unquote } from './characters.ts';
import { NO_PARAMETERS, parseParameters, type Parameters, type ParameterValue } from './parameters.ts';
import { parseDeltaSeconds } from './scalars.ts';
import { SipSyntaxError } from './syntax-error.ts';
import { parseUri, type Uri } from './uri.ts';

/** Immutable; `withParameter` and `withoutParameter` give changed copies. */
export class NameAddress {
  readonly displayName: string | undefined;
  /** As it stands between the angle brackets. */
  readonly uri: string;
  readonly parameters: Parameters;
  #parsed: Uri | undefined;

  constructor(uri: string, parameters: Parameters = NO_PARAMETERS, displayName?: string) {
    this.uri = uri;
    this.parameters = parameters;
    this.displayName = displayName;
  }

  get tag(): string | undefined {
    return this.#value('tag');
  }

  /** Preference among contacts, 0 to 1 (RFC 3261 §20.10); 1 where it is missing or malformed. */
  get q(): number {
    const q = Number(this.#value('q') ?? '1');
    return q >= 0 && q <= 1 ? q : 1;
  }

  /** The contact's own lifetime in seconds. @throws SipSyntaxError when it is no number */
  get expires(): number | undefined {
    const value = this.parameters.get('expires');
    return value === undefined ? undefined : parseDeltaSeconds(value === true ? '' : value, 'Contact');
  }

  /** Read once, then remembered. @throws SipSyntaxError */
  parsedUri(): Uri {
    return (this.#parsed ??= parseUri(this.uri));
  }

  withParameter(name: string, value: ParameterValue): NameAddress {
    return new NameAddress(this.uri, this.parameters.with(name.toLowerCase(), value), this.displayName);
  }

  withoutParameter(name: string): NameAddress {
    return new NameAddress(this.uri, this.parameters.without(name.toLowerCase()), this.displayName);
  }

  toString(): string {
    return formatNameAddress(this);
  }

  #value(name: string): string | undefined {
    const value = this.parameters.get(name);
    return value === true ? undefined : value;
  }
}

/** @throws SipSyntaxError (400) with the header's name when it is neither name-addr nor addr-spec */
export function parseNameAddress(text: string, header = 'Address'): NameAddress {
  const start = skipWhitespace(text, 0);
  if (text.charCodeAt(start) === QUOTE) {
    const end = endOfQuotedString(text, start);
    if (end < 0) throw malformed(header, text, 'a quoted name that never closes');
    const open = skipWhitespace(text, end);
    if (text[open] !== '<') throw malformed(header, text, 'no <URI> after the quoted name');
    return bracketed(text, open, unquote(text.slice(start, end)), header);
  }
  const open = text.indexOf('<');
  if (open < 0) return unbracketed(text, start, header);
  return bracketed(text, open, unquotedName(text, start, open, header), header);
}

function unquotedName(text: string, start: number, open: number, header: string): string | undefined {
  const name = trimmed(text, start, open);
  if (name === '') return undefined;
  // Characters beyond ASCII are no token either, but they are what people's names are written in.
  for (const word of name.split(/[ \t]+/)) {
    if (!isToken(word) && !isTokenOrBeyondAscii(word)) throw malformed(header, text, 'a name that needs quotes');
  }
  return name;
}

function isTokenOrBeyondAscii(word: string): boolean {
  for (const character of word) if (character.charCodeAt(0) < 128 && !isToken(character)) return false;
  return true;
}

function bracketed(text: string, open: number, displayName: string | undefined, header: string): NameAddress {
  const close = text.indexOf('>', open);
  if (close < 0) throw malformed(header, text, 'no > after the URI');
  const uri = text.slice(open + 1, close);
  requireScheme(uri, header, text);
  return new NameAddress(uri, parseParameters(text, close + 1, header), displayName);
}

/** Without brackets, everything after the first ; belongs to the header and the URI has neither , nor ? (RFC 3261 §20). */
function unbracketed(text: string, start: number, header: string): NameAddress {
  const semicolon = text.indexOf(';', start);
  const end = semicolon < 0 ? text.length : semicolon;
  const uri = trimmed(text, start, end);
  if (uri.includes('?') || uri.includes(',')) throw malformed(header, text, 'a URI that needs angle brackets');
  requireScheme(uri, header, text);
  return new NameAddress(uri, parseParameters(text, end, header));
}

function requireScheme(uri: string, header: string, text: string): void {
  if (uri.indexOf(':') <= 0) throw malformed(header, text, 'no URI');
  for (let i = 0; i < uri.length; i++) {
    if (uri.charCodeAt(i) <= 32 || uri.charCodeAt(i) === QUOTE) throw malformed(header, text, 'a URI with blanks or quotes in it');
  }
}

function malformed(header: string, text: string, what: string): SipSyntaxError {
  return new SipSyntaxError(`${header} has ${what}: ${JSON.stringify(text.slice(0, 80))}`, { header });
}

/** Always in brackets, so that parameters of URI and header never mix. */
export function formatNameAddress(address: Pick<NameAddress, 'displayName' | 'uri' | 'parameters'>): string {
  const name = address.displayName === undefined || address.displayName === '' ? '' : `${quote(address.displayName)} `;
  return `${name}<${address.uri}>${address.parameters.toString()}`;
}
