/** A SIP message taken apart as far as a reader wants it (RFC 3261 §7), from text that may be anything. */
import { registeredName } from '../../../../../shared/sip/message/header-names.ts';

export interface HeaderLine {
  /** The registered spelling, also for compact forms; as written where it is not registered. */
  readonly name: string;
  readonly written: string;
  readonly value: string;
}

export interface SipText {
  readonly startLine: string;
  /** Of a request. */
  readonly method: string | undefined;
  readonly uri: string;
  /** Of a response. */
  readonly status: number | undefined;
  readonly reason: string;
  readonly headers: readonly HeaderLine[];
  readonly body: string;
}

const REQUEST = /^([A-Z][\w.!%*+`'~-]*) (\S+) SIP\/2\.0$/;
const RESPONSE = /^SIP\/2\.0 (\d{3}) ?(.*)$/;
const HEADER = /^([\w.!%*+`'~-]+)[ \t]*:[ \t]*(.*)$/;
/** More than any message has that somebody reads. */
const MAX_HEADERS = 300;

/** @returns undefined for what does not begin as SIP does */
export function readSip(raw: string): SipText | undefined {
  const text = raw.replace(/^[\r\n]+/, '');
  const end = /\r?\n\r?\n/.exec(text);
  const [startLine = '', ...lines] = (end ? text.slice(0, end.index) : text).replace(/\r?\n[ \t]+/g, ' ').split(/\r?\n/, MAX_HEADERS);
  const [, method, uri = ''] = REQUEST.exec(startLine) ?? [];
  const [, status, reason = ''] = RESPONSE.exec(startLine) ?? [];
  if (method === undefined && status === undefined) return undefined;
  return {
    startLine,
    method,
    uri,
    status: status === undefined ? undefined : Number(status),
    reason,
    headers: lines.filter((line) => line !== '').map(readHeader),
    body: end ? text.slice(end.index + end[0].length) : '',
  };
}

function readHeader(line: string): HeaderLine {
  const [, written, value = ''] = HEADER.exec(line) ?? [];
  return written === undefined ? { name: '', written: line, value: '' } : { name: registeredName(written) ?? written, written, value };
}

/** The first value of a header; empty where there is none. */
export function headerOf({ headers }: SipText, name: string): string {
  return headers.find((header) => header.name === name)?.value ?? '';
}

export function countOfHeader({ headers }: SipText, name: string): number {
  return headers.filter((header) => header.name === name).length;
}

/** The method that a message is about: that of CSeq, which responses have too. */
export function aboutMethod(sip: SipText): string {
  return sip.method ?? headerOf(sip, 'CSeq').split(/\s+/)[1] ?? '';
}

/** The user part of the first URI in a text, decoded; empty where there is none. */
export function userIn(text: string): string {
  const user = /sips?:([^@;>\s]+)@/.exec(text)?.[1] ?? '';
  try {
    return decodeURIComponent(user);
  } catch {
    return user;
  }
}

/** The body's type in lower case, without parameters. */
export function bodyType(sip: SipText): string {
  return sip.body === '' ? '' : (headerOf(sip, 'Content-Type').split(';', 1)[0] ?? '').trim().toLowerCase();
}
