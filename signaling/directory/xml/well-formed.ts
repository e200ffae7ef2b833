/**
 * Whether text is one well-formed XML element with its content, which fast-xml-parser takes for granted: it accepts unclosed and
 * crossed tags. Document types are refused, and with them every entity that could expand.
 */

/** Deeper than any file of ours. */
const MAX_DEPTH = 32;
/** Comment, character data, processing instruction, end tag (1), start tag (2) that may be empty (3); or a stray `<`. */
const MARKUP = /<(?:!--[^]*?-->|!\[CDATA\[[^]*?\]\]>|\?[^]*?\?>|\/([^\s<>/]+)\s*>|([^\s<>/!?]+)(?:\s[^<>]*?)?(\/?)>|)/g;

/** @returns what is wrong, as the end of a sentence; undefined for well-formed text */
export function xmlFault(text: string): string | undefined {
  const open: string[] = [];
  let roots = 0;
  let end = 0;
  for (const match of text.matchAll(MARKUP)) {
    const [markup, closed, opened, empty] = match;
    const line = (): number => text.slice(0, match.index).split('\n').length;
    if (open.length === 0 && isText(text, end, match.index)) return `text stands outside the root element, line ${line()}`;
    end = match.index + markup.length;
    if (markup === '<') return `line ${line()} has a "<" that begins no element`;
    if (closed !== undefined) {
      if (open.pop() !== closed) return `line ${line()} closes <${closed}>, which is not open`;
    } else if (opened !== undefined) {
      if (open.length === 0) roots++;
      if (empty !== '/') open.push(opened);
      if (open.length > MAX_DEPTH) return `line ${line()} nests deeper than ${MAX_DEPTH} elements`;
    }
  }
  if (open.length > 0) return `<${open.at(-1) ?? ''}> is never closed`;
  if (isText(text, end, text.length)) return 'text stands after the root element';
  return roots === 1 ? undefined : `it has ${roots} root elements`;
}

function isText(text: string, from: number, to: number): boolean {
  return text.slice(from, to).trim() !== '';
}
