/**
 * Datagram → message (RFC 3261 §7, §18.3). Lines are found by scanning and header values are left alone, so that
 * the work grows with the length of the message and a relay pays only for the headers it reads.
 */

import { isAscii } from 'node:buffer';
import { isToken, SPACE, TAB, trimmed } from '../message/characters.ts';
import { Field } from '../message/field.ts';
import { nameKey, usualName } from '../message/header-names.ts';
import { Headers } from '../message/headers.ts';
import type { SipRequest, SipResponse } from '../message/message.ts';
import { parseDigits } from '../message/scalars.ts';
import { SipSyntaxError } from '../message/syntax-error.ts';
import { MAX_DATAGRAM_BYTES, MAX_HEADER_LINES, MAX_LINE_LENGTH } from './limits.ts';
import { MalformedMessageError } from './malformed-message-error.ts';
import { parseStartLine } from './start-line.ts';

const CR = 13;
const LF = 10;
const HEADER_END = Buffer.from('\r\n\r\n');

/** Whether it holds nothing but line breaks or NULs, as the keep-alives of RFC 5626 §3.5.1 and of many phones do: to be dropped. */
export function isKeepAlive(datagram: Buffer): boolean {
  for (const byte of datagram) if (byte !== CR && byte !== LF && byte !== 0) return false;
  return true;
}

/**
 * Reads one message, which ends where its Content-Length says or else with the datagram. Headers are UTF-8; bytes that
 * are not become U+FFFD.
 * @throws SipSyntaxError with the status that answers it; a MalformedMessageError carries whatever could be read
 */
export function parseMessage(datagram: Buffer): SipRequest | SipResponse {
  const start = endOfLeadingLineBreaks(datagram);
  if (start === datagram.length) throw new SipSyntaxError('The datagram holds no message, only line breaks');
  if (datagram.length > MAX_DATAGRAM_BYTES) throw new SipSyntaxError(`The datagram is larger than ${MAX_DATAGRAM_BYTES} bytes`, { status: 513 });
  const found = datagram.indexOf(HEADER_END, start);
  const headerEnd = found < 0 ? datagram.length : found + 2;
  const bodyStart = found < 0 ? datagram.length : found + 4;
  const decoded = decode(datagram, start, headerEnd);
  const text = found < 0 && !decoded.endsWith('\r\n') ? `${decoded}\r\n` : decoded;

  const lineEnd = endOfLine(text, 0);
  if (lineEnd < 0) throw strayLineBreak(text, 0);
  const { message, error } = parseStartLine(text.slice(0, lineEnd - 2));
  if (message === undefined) throw error ?? new SipSyntaxError('Malformed start line');
  const fields: Field[] = [];
  const scanFault = scanFields(text, lineEnd, fields);
  let fault = error ?? tooLong(0, lineEnd) ?? scanFault;
  if (found < 0) fault ??= new SipSyntaxError('The header does not end with an empty line');
  message.headers = Headers.of(fields);
  const available = datagram.length - bodyStart;
  const length = contentLength(message, available);
  message.body = datagram.subarray(bodyStart, bodyStart + (typeof length === 'number' ? length : available));
  fault ??= typeof length === 'number' ? undefined : length;
  if (fault !== undefined) throw new MalformedMessageError(fault, message);
  return message;
}

function endOfLeadingLineBreaks(datagram: Buffer): number {
  let i = 0;
  while (i < datagram.length && (datagram[i] === CR || datagram[i] === LF)) i++;
  return i;
}

/** Latin-1 decoding of ASCII is several times faster than UTF-8 decoding of it. */
function decode(datagram: Buffer, start: number, end: number): string {
  return datagram.toString(isAscii(datagram) ? 'latin1' : 'utf8', start, end);
}

/** Appends what it finds to `fields` and goes on after a bad line. @returns the first fault */
function scanFields(text: string, from: number, fields: Field[]): SipSyntaxError | undefined {
  let fault: SipSyntaxError | undefined;
  let lines = 0;
  for (let start = from; start < text.length; ) {
    let end = start;
    do {
      const lineStart = end;
      end = endOfLine(text, lineStart);
      fault ??= end < 0 ? strayLineBreak(text, lineStart) : tooLong(lineStart, end);
      if (end < 0 || ++lines > MAX_HEADER_LINES) return fault ?? new SipSyntaxError(`More than ${MAX_HEADER_LINES} header lines`, { status: 513 });
    } while (isFolded(text, end));
    fault ??= scanField(text, start, end, fields);
    start = end;
  }
  return fault;
}

/** Index after the CRLF that ends the line; -1 when CR or LF stands alone. */
function endOfLine(text: string, start: number): number {
  const cr = text.indexOf('\r', start);
  const lf = text.indexOf('\n', start);
  return cr >= 0 && lf === cr + 1 ? lf + 1 : -1;
}

function strayLineBreak(text: string, start: number): SipSyntaxError {
  return new SipSyntaxError(`A line break that is no CRLF near ${excerpt(text, start)}`);
}

function isFolded(text: string, lineEnd: number): boolean {
  const code = text.charCodeAt(lineEnd);
  return code === SPACE || code === TAB;
}

function scanField(text: string, start: number, end: number, fields: Field[]): SipSyntaxError | undefined {
  const colon = text.indexOf(':', start);
  if (colon < 0 || colon >= end) return new SipSyntaxError(`A header line without colon: ${excerpt(text, start)}`);
  let nameEnd = colon;
  while (nameEnd > start && (text.charCodeAt(nameEnd - 1) === SPACE || text.charCodeAt(nameEnd - 1) === TAB)) nameEnd--;
  const usual = usualName(text, start, nameEnd);
  const name = usual ?? text.slice(start, nameEnd);
  const key = usual ?? nameKey(name);
  if (usual === undefined && (key.length === 0 || (key === name.toLowerCase() && !isToken(name)))) {
    return new SipSyntaxError(`A malformed header name: ${excerpt(text, start)}`);
  }
  fields.push(Field.received(name, key, text, start, colon + 1, end));
  return undefined;
}

function tooLong(start: number, end: number): SipSyntaxError | undefined {
  return end - start > MAX_LINE_LENGTH ? new SipSyntaxError(`A line of more than ${MAX_LINE_LENGTH} characters`) : undefined;
}

/** RFC 3261 §18.3: all of the rest where the header is missing; what is left over is dropped. */
function contentLength(message: SipRequest | SipResponse, available: number): number | SipSyntaxError {
  const field = message.headers.keyed('Content-Length');
  if (field === undefined) return available;
  const header = 'Content-Length';
  const length = parseDigits(field.value, MAX_DATAGRAM_BYTES);
  if (length === undefined) return new SipSyntaxError(`Content-Length is no whole number: ${JSON.stringify(field.value.slice(0, 40))}`, { header });
  if (length > available) return new SipSyntaxError(`Content-Length says more than the ${available} bytes that came`, { header });
  return length;
}

function excerpt(text: string, start: number): string {
  return JSON.stringify(trimmed(text, start, Math.min(text.length, start + 40)));
}
