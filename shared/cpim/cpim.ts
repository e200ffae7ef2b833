/** Common presence and instant messaging (RFC 3862): a text with who says it to whom, and when, around it. */

export const CPIM_TYPE = 'message/cpim';

/** Longest message that is read, characters. */
const MAX_CHARACTERS = 65_536;
const MAX_HEADERS = 32;

export interface CpimMessage {
  /** URIs. */
  readonly from: string;
  readonly to: string;
  /** RFC 3339. */
  readonly dateTime?: string | undefined;
  /** Media type of the content, in lower case and without parameters; `text/plain` unless told otherwise. */
  readonly contentType?: string;
  readonly text: string;
}

/** Text that is no CPIM message. */
export class CpimError extends Error {
  override readonly name = 'CpimError';
}

/** @throws CpimError for a URI or a time that would break the message */
export function formatCpim({ from, to, dateTime, contentType = 'text/plain', text }: CpimMessage): string {
  const headers = [`From: <${checked(from)}>`, `To: <${checked(to)}>`, ...(dateTime === undefined ? [] : [`DateTime: ${checked(dateTime)}`])];
  return `${headers.join('\r\n')}\r\n\r\nContent-Type: ${contentType}; charset=utf-8\r\n\r\n${text}`;
}

/**
 * Reads the headers that matter here; the first of each counts, unknown ones are passed over (§3.1).
 * @throws CpimError when it is malformed, or says not who speaks to whom
 */
export function parseCpim(message: string): Required<Omit<CpimMessage, 'dateTime'>> & { readonly dateTime: string | undefined } {
  if (message.length > MAX_CHARACTERS) throw new CpimError(`the message has more than ${MAX_CHARACTERS} characters`);
  const [headers, content] = split(message);
  const [mime, text] = split(content);
  const from = address(headers.get('from'));
  const to = address(headers.get('to'));
  if (from === undefined || to === undefined) throw new CpimError('From or To is missing or malformed');
  const contentType = (mime.get('content-type') ?? 'text/plain').split(';', 1)[0]?.trim().toLowerCase() ?? '';
  return { from, to, dateTime: headers.get('datetime'), contentType, text };
}

/** Header lines up to the first empty one, names in lower case; and what follows. */
function split(text: string): [ReadonlyMap<string, string>, string] {
  const end = /\r?\n\r?\n/.exec(text);
  if (!end) throw new CpimError('the end of the headers is missing');
  const lines = text.slice(0, end.index).split(/\r?\n/, MAX_HEADERS);
  const headers = new Map<string, string>();
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon <= 0) throw new CpimError('a header has no name');
    const name = line.slice(0, colon).trim().toLowerCase();
    if (!headers.has(name)) headers.set(name, line.slice(colon + 1).trim());
  }
  return [headers, text.slice(end.index + end[0].length)];
}

/** `Ana <sip:ana@example.com>` → `sip:ana@example.com` */
function address(value: string | undefined): string | undefined {
  return /<([^<>\s]+)>$/.exec(value ?? '')?.[1];
}

function checked(value: string): string {
  if (/[\s<>]/u.test(value)) throw new CpimError(`${JSON.stringify(value.slice(0, 80))} cannot stand in a header`);
  return value;
}
