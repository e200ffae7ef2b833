/** Common presence and instant messaging (RFC 3862): a text, and around it who says it to whom and when. */

export const CPIM_TYPE = 'message/cpim';

/** Longest message that is read, characters. */
export const MAX_CPIM_CHARACTERS = 65_536;
const MAX_HEADERS = 32;
const PLAIN_TEXT = 'text/plain';

export interface CpimMessage {
  /** URI of who speaks. */
  readonly from: string;
  /** URI of whom it is for. */
  readonly to: string;
  /** RFC 3339. */
  readonly dateTime?: string | undefined;
  /** Media type of the content, in lower case and without parameters; `text/plain` unless told otherwise. */
  readonly contentType?: string;
  readonly text: string;
}

/** As it was read: a URI is empty where the message has none. */
export interface ReadCpimMessage extends Required<Omit<CpimMessage, 'dateTime'>> {
  readonly dateTime: string | undefined;
}

/** Text that is no CPIM message. */
export class CpimError extends Error {
  override readonly name = 'CpimError';
}

/** @throws CpimError for a URI or a time that would break the message */
export function formatCpim({ from, to, dateTime, contentType = PLAIN_TEXT, text }: CpimMessage): string {
  const headers = [`From: <${checked(from)}>`, `To: <${checked(to)}>`, ...(dateTime === undefined ? [] : [`DateTime: ${checked(dateTime)}`])];
  return `${headers.join('\r\n')}\r\n\r\nContent-Type: ${checked(contentType)}; charset=utf-8\r\n\r\n${text}`;
}

/**
 * Reads the headers that matter here; the first of each counts, unknown ones are passed over (§3.1).
 * @throws CpimError when it is malformed or too long
 */
export function parseCpim(message: string): ReadCpimMessage {
  if (message.length > MAX_CPIM_CHARACTERS) throw new CpimError(`the message has more than ${MAX_CPIM_CHARACTERS} characters`);
  const [headers, content] = split(message);
  const [mime, text] = split(content);
  const contentType = (mime.get('content-type') ?? PLAIN_TEXT).split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return { from: address(headers.get('from')), to: address(headers.get('to')), dateTime: headers.get('datetime'), contentType, text };
}

/** Header lines up to the first empty one, names in lower case; and what follows. */
function split(text: string): [ReadonlyMap<string, string>, string] {
  const end = /\r?\n\r?\n/.exec(text);
  if (!end) throw new CpimError('the end of the headers is missing');
  const headers = new Map<string, string>();
  for (const line of text.slice(0, end.index).split(/\r?\n/, MAX_HEADERS)) {
    const colon = line.indexOf(':');
    if (colon <= 0) throw new CpimError('a header has no name');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (!headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return [headers, text.slice(end.index + end[0].length)];
}

/** `Ana <sip:ana@example.com>` → `sip:ana@example.com` @throws CpimError for a value without URI */
function address(value: string | undefined): string {
  if (value === undefined) return '';
  const uri = /<([^<>\s]+)>$/.exec(value)?.[1];
  if (uri === undefined) throw new CpimError('From or To holds no <URI>');
  return uri;
}

function checked(value: string): string {
  if (/[\s<>]/u.test(value)) throw new CpimError(`${JSON.stringify(value.slice(0, 80))} cannot stand in a header`);
  return value;
}
