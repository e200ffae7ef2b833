/** The character classes of RFC 3261 §25.1, looked up by code instead of matched by expressions. */

export const TAB = 9;
export const SPACE = 32;
export const QUOTE = 34;
export const PERCENT = 37;
export const COMMA = 44;
export const COLON = 58;
export const SEMICOLON = 59;
export const LESS_THAN = 60;
export const EQUALS = 61;
export const GREATER_THAN = 62;
export const BACKSLASH = 92;

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** Marks the given ASCII characters in a table of 128. */
export function characterTable(characters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}

export const TOKEN_CHARACTERS = characterTable(`${ALPHANUMERIC}-.!%*_+\`'~`);
/** A host name, with the underscore that the grammar lacks and real networks have. */
export const HOST_CHARACTERS = characterTable(`${ALPHANUMERIC}-._`);
/** An unquoted parameter value: a token or a host, IPv6 reference included. */
export const PARAMETER_VALUE_CHARACTERS = characterTable(`${ALPHANUMERIC}-.!%*_+\`'~[]:`);

/** Whether the text is not empty and consists of the table's characters only. */
export function consistsOf(text: string, table: Uint8Array): boolean {
  for (let i = 0; i < text.length; i++) {
    if (table[text.charCodeAt(i)] !== 1) return false;
  }
  return text.length > 0;
}

/** Index of the first character at or after `from` that is not in the table. */
export function endOf(table: Uint8Array, text: string, from: number): number {
  let i = from;
  while (i < text.length && table[text.charCodeAt(i)] === 1) i++;
  return i;
}

export function isToken(text: string): boolean {
  return consistsOf(text, TOKEN_CHARACTERS);
}

/** Index of the first character at or after `from` that is neither space nor tab. */
export function skipWhitespace(text: string, from: number): number {
  let i = from;
  for (; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code !== SPACE && code !== TAB) break;
  }
  return i;
}

/** `text.slice(from, to)` without the spaces and tabs at both ends. */
export function trimmed(text: string, from: number, to: number): string {
  let start = from;
  let end = to;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === SPACE || code === TAB;
}

/**
 * Index just after the quoted string that opens at `from`, escapes minded.
 * @returns -1 when the quote never closes
 */
export function endOfQuotedString(text: string, from: number): number {
  for (let i = from + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH) i++;
    else if (code === QUOTE) return i + 1;
  }
  return -1;
}

/** The content of a quoted string, given with its quotes; `\x` becomes `x`. */
export function unquote(quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (!inner.includes('\\')) return inner;
  let text = '';
  for (let i = 0; i < inner.length; i++) {
    if (inner.charCodeAt(i) === BACKSLASH) i++;
    text += inner.charAt(i);
  }
  return text;
}

/** As a quoted string; line breaks, which none can hold, become spaces. */
export function quote(text: string): string {
  return `"${text.replaceAll(/[\r\n]+/g, ' ').replaceAll(/["\\]/g, '\\$&')}"`;
}
