/**
 * Text inside XML 1.0 elements, exact both ways. Carriage returns are written as references, since a parser must turn a bare one into a
 * line feed (XML 1.0 §2.11); text with characters that XML 1.0 cannot carry at all (§2.2) is written as a JSON string in an element
 * that says so.
 */

/** The attribute of an element whose text is a JSON string. */
export const JSON_ENCODING = ' encoding="json"';

const SPECIAL = /[&<>\r]/;
const SPECIALS = /[&<>\r]/g;
const REPLACEMENTS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' };
/** Not among XML 1.0's characters (§2.2, production 2): control characters, lone surrogates and two noncharacters. */
const FORBIDDEN = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u;
const NONCHARACTERS = /[\ufffe\uffff]/g;
const REFERENCE = /&(?:(amp|lt|gt|quot|apos)|#(\d{1,7})|#x([0-9a-fA-F]{1,6}));/g;
const NAMED: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const LAST_CODE_POINT = 0x10ffff;

/** One element with its text, on one line of the file (line feeds within the text aside). `name` is a literal of ours. */
export function element(name: string, text: string): string {
  if (FORBIDDEN.test(text)) {
    const json = JSON.stringify(text).replace(NONCHARACTERS, (character) => `\\u${character.charCodeAt(0).toString(16)}`);
    return `<${name}${JSON_ENCODING}>${escapeText(json)}</${name}>`;
  }
  return `<${name}>${escapeText(text)}</${name}>`;
}

function escapeText(text: string): string {
  return SPECIAL.test(text) ? text.replace(SPECIALS, (character) => REPLACEMENTS[character] ?? character) : text;
}

/** The text that an element's raw content stands for; a reference to anything but a character stays as it is. */
export function unescapeText(raw: string): string {
  if (!raw.includes('&')) return raw;
  return raw.replace(REFERENCE, (reference, name: string | undefined, decimal: string | undefined, hexadecimal: string | undefined) => {
    if (name !== undefined) return NAMED[name] ?? reference;
    const codePoint = decimal === undefined ? parseInt(hexadecimal ?? '', 16) : parseInt(decimal, 10);
    return codePoint <= LAST_CODE_POINT ? String.fromCodePoint(codePoint) : reference;
  });
}
