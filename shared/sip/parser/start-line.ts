/** Request-Line and Status-Line (RFC 3261 §7.1, §7.2). */

import { isToken } from '../message/characters.ts';
import { SipRequest, SipResponse } from '../message/message.ts';
import { SipSyntaxError } from '../message/syntax-error.ts';

export interface StartLine {
  /** Undefined when not even a method could be told. */
  readonly message: SipRequest | SipResponse | undefined;
  readonly error: SipSyntaxError | undefined;
}

const VERSION = 'SIP/2.0';
const VERSION_PREFIX = 'SIP/';

/** Never throws: a faulty line gives the error and as much of a message as can be told. */
export function parseStartLine(line: string): StartLine {
  const first = line.indexOf(' ');
  const start = first < 0 ? line : line.slice(0, first);
  if (isVersion(start)) return parseStatusLine(line, start, first);
  if (!isToken(start)) return { message: undefined, error: new SipSyntaxError('This is no SIP message: no method at its beginning') };
  return parseRequestLine(line, start, first);
}

function parseRequestLine(line: string, method: string, first: number): StartLine {
  const second = line.indexOf(' ', first + 1);
  const version = line.slice(second + 1);
  if (first > 0 && second > first + 1 && isVersion(version) && !version.includes(' ')) {
    const message = new SipRequest(method, line.slice(first + 1, second));
    return { message, error: version === VERSION || version.toUpperCase() === VERSION ? undefined : unsupportedVersion(version) };
  }
  const error = new SipSyntaxError(`Malformed request line: ${JSON.stringify(line.slice(0, 80))}`);
  // The last word is the version when anything is; what stands between is the best guess at a URI.
  const end = line.lastIndexOf(` ${VERSION_PREFIX}`);
  return { message: new SipRequest(method, line.slice(first < 0 ? line.length : first, Math.max(end, first, 0)).trim()), error };
}

function parseStatusLine(line: string, version: string, first: number): StartLine {
  const code = line.slice(first + 1, first + 4);
  const status = /^[1-6][0-9]{2}$/.test(code) ? Number(code) : undefined;
  const after = line.charAt(first + 4);
  if (first < 0 || status === undefined || (after !== ' ' && after !== '')) {
    return { message: undefined, error: new SipSyntaxError(`Malformed status line: ${JSON.stringify(line.slice(0, 80))}`) };
  }
  const message = new SipResponse(status, line.slice(first + 5));
  return { message, error: version.toUpperCase() === VERSION ? undefined : unsupportedVersion(version) };
}

function isVersion(text: string): boolean {
  return text.startsWith(VERSION_PREFIX) || text.slice(0, 4).toUpperCase() === VERSION_PREFIX;
}

function unsupportedVersion(version: string): SipSyntaxError {
  return new SipSyntaxError(`${JSON.stringify(version.slice(0, 20))} is not supported, only ${VERSION}`, { status: 505 });
}
