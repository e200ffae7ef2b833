/** SIP and SIPS URIs (RFC 3261 §19.1); every other scheme is kept as it came. */

import { characterTable, consistsOf } from './characters.ts';
import { formatHostPort, parseHostPort } from './host.ts';
import { NO_PARAMETERS, Parameters, type ParameterValue } from './parameters.ts';
import { SipSyntaxError } from './syntax-error.ts';

export interface Uri {
  /** In lower case. */
  readonly scheme: string;
  /** Percent escapes decoded as UTF-8. */
  readonly user?: string | undefined;
  readonly password?: string | undefined;
  /** Empty where the scheme is neither sip nor sips; an IPv6 address has no brackets. */
  readonly host: string;
  readonly port?: number | undefined;
  /** Names decoded and in lower case, values decoded; `true` for a parameter without value. */
  readonly parameters: Parameters;
  /** Names in lower case, values decoded. */
  readonly headers: ReadonlyMap<string, string>;
  /** What follows the colon in schemes other than sip and sips, untouched. */
  readonly opaque?: string | undefined;
}

const NO_HEADERS: ReadonlyMap<string, string> = new Map();
/** More than any known URI has. */
const MAX_PARAMETERS = 64;
const SAFE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.!~*'()";
const USER_CHARACTERS = characterTable(`${SAFE}&=+$,;?/`);
const PASSWORD_CHARACTERS = characterTable(`${SAFE}&=+$,`);
const PARAMETER_CHARACTERS = characterTable(`${SAFE}[]/:&+$`);
const HEADER_CHARACTERS = characterTable(`${SAFE}[]/?:+$`);
const SCHEME_CHARACTERS = characterTable('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+-.');

/** @throws SipSyntaxError (400) when it has no scheme, or is a sip or sips URI that breaks the grammar */
export function parseUri(text: string): Uri {
  const colon = text.indexOf(':');
  const scheme = text.slice(0, Math.max(colon, 0)).toLowerCase();
  if (!consistsOf(scheme, SCHEME_CHARACTERS)) throw malformed(text, 'no scheme');
  if (scheme !== 'sip' && scheme !== 'sips') {
    if (!isVisible(text)) throw malformed(text, 'a blank or control character');
    return { scheme, host: '', parameters: NO_PARAMETERS, headers: NO_HEADERS, opaque: text.slice(colon + 1) };
  }
  return parseSipUri(text, scheme, colon + 1);
}

function parseSipUri(text: string, scheme: string, from: number): Uri {
  // The user part may hold ; and ? but never @, and neither may anything after it.
  const at = text.indexOf('@', from);
  const hostStart = at < 0 ? from : at + 1;
  const question = text.indexOf('?', hostStart);
  const end = question < 0 ? text.length : question;
  const semicolon = text.indexOf(';', hostStart);
  const hostEnd = semicolon < 0 || semicolon > end ? end : semicolon;
  const hostPort = parseHostPort(text.slice(hostStart, hostEnd));
  if (hostPort === undefined) throw malformed(text, 'no valid host and port');
  const userinfo = at < 0 ? undefined : parseUserinfo(text, from, at);
  return {
    scheme,
    user: userinfo?.user,
    password: userinfo?.password,
    host: hostPort.host,
    port: hostPort.port,
    parameters: hostEnd === end ? NO_PARAMETERS : parseUriParameters(text, hostEnd + 1, end),
    headers: question < 0 ? NO_HEADERS : parseUriHeaders(text, question + 1),
  };
}

function parseUserinfo(text: string, from: number, at: number): { user: string; password: string | undefined } {
  const colon = text.indexOf(':', from);
  const userEnd = colon < 0 || colon > at ? at : colon;
  const user = decode(text, text.slice(from, userEnd), USER_CHARACTERS);
  if (user === '') throw malformed(text, 'an empty user');
  const password = userEnd === at ? undefined : decode(text, text.slice(userEnd + 1, at), PASSWORD_CHARACTERS);
  return { user, password };
}

function parseUriParameters(text: string, from: number, to: number): Parameters {
  const names: string[] = [];
  const values: ParameterValue[] = [];
  for (const parameter of text.slice(from, to).split(';')) {
    const equals = parameter.indexOf('=');
    const name = decode(text, equals < 0 ? parameter : parameter.slice(0, equals), PARAMETER_CHARACTERS).toLowerCase();
    if (name === '' || names.includes(name)) throw malformed(text, 'an empty or doubled parameter');
    if (names.length === MAX_PARAMETERS) throw malformed(text, 'more parameters than anybody needs');
    names.push(name);
    values.push(equals < 0 ? true : decode(text, parameter.slice(equals + 1), PARAMETER_CHARACTERS));
  }
  return new Parameters(names, values);
}

function parseUriHeaders(text: string, from: number): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (const header of text.slice(from).split('&')) {
    const equals = header.indexOf('=');
    if (equals <= 0) throw malformed(text, 'a header without value');
    headers.set(decode(text, header.slice(0, equals), HEADER_CHARACTERS).toLowerCase(), decode(text, header.slice(equals + 1), HEADER_CHARACTERS));
  }
  return headers;
}

/** Decodes percent escapes as UTF-8. @throws SipSyntaxError for other characters than the table's, and for broken escapes */
function decode(uri: string, component: string, table: Uint8Array): string {
  let escaped = false;
  for (let i = 0; i < component.length; i++) {
    const code = component.charCodeAt(i);
    if (code === 37) escaped = true;
    // Raw UTF-8 is against the grammar, but unambiguous and seen in the wild.
    else if (table[code] !== 1 && code < 128) throw malformed(uri, 'a character that must be escaped');
  }
  if (!escaped) return component;
  try {
    return decodeURIComponent(component);
  } catch (cause) {
    throw malformed(uri, 'a percent escape that is no UTF-8', cause);
  }
}

function isVisible(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) <= 32) return false;
  return true;
}

function malformed(uri: string, what: string, cause?: unknown): SipSyntaxError {
  return new SipSyntaxError(`Malformed URI ${JSON.stringify(uri.slice(0, 80))}: ${what}`, { cause });
}

/** Writes it again; what the grammar wants escaped is escaped as UTF-8. */
export function formatUri(uri: Uri): string {
  if (uri.opaque !== undefined) return `${uri.scheme}:${uri.opaque}`;
  let text = `${uri.scheme}:`;
  if (uri.user !== undefined) {
    text += escape(uri.user, USER_CHARACTERS);
    if (uri.password !== undefined) text += `:${escape(uri.password, PASSWORD_CHARACTERS)}`;
    text += '@';
  }
  text += formatHostPort(uri.host, uri.port);
  for (const [name, value] of uri.parameters) {
    text += `;${escape(name, PARAMETER_CHARACTERS)}`;
    if (value !== true) text += `=${escape(value, PARAMETER_CHARACTERS)}`;
  }
  let separator = '?';
  for (const [name, value] of uri.headers) {
    text += `${separator}${escape(name, HEADER_CHARACTERS)}=${escape(value, HEADER_CHARACTERS)}`;
    separator = '&';
  }
  return text;
}

function escape(text: string, table: Uint8Array): string {
  if (text === '' || consistsOf(text, table)) return text;
  let escaped = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    escaped += table[byte] === 1 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return escaped;
}

/** A sip URI of these parts: what most callers need. */
export function sipUri(user: string | undefined, host: string, port?: number, parameters: Parameters = NO_PARAMETERS): string {
  return formatUri({ scheme: 'sip', user, host, port, parameters, headers: NO_HEADERS });
}

const COMPARED_PARAMETERS = ['user', 'ttl', 'method', 'maddr', 'transport'];

/** RFC 3261 §19.1.4: equivalence, for contacts of one registration. Malformed ones are equal when their text is. */
export function sameUri(one: string, other: string): boolean {
  if (one === other) return true;
  let a: Uri;
  let b: Uri;
  try {
    a = parseUri(one);
    b = parseUri(other);
  } catch {
    return false;
  }
  if (a.opaque !== undefined || b.opaque !== undefined) return a.scheme === b.scheme && a.opaque === b.opaque;
  return (
    a.scheme === b.scheme &&
    a.user === b.user &&
    a.password === b.password &&
    a.port === b.port &&
    a.host.toLowerCase() === b.host.toLowerCase() &&
    COMPARED_PARAMETERS.every((name) => sameValue(a.parameters.get(name), b.parameters.get(name))) &&
    [...a.parameters].every(([name, value]) => !b.parameters.has(name) || sameValue(value, b.parameters.get(name))) &&
    a.headers.size === b.headers.size &&
    [...a.headers].every(([name, value]) => b.headers.get(name) === value)
  );
}

function sameValue(a: string | true | undefined, b: string | true | undefined): boolean {
  return typeof a === 'string' && typeof b === 'string' ? a.toLowerCase() === b.toLowerCase() : a === b;
}
