/** Finds addresses in a text. Only http and https become links: anything else could do something when clicked. */

export type TextPart = { readonly text: string } | { readonly text: string; readonly href: string };

const ADDRESS = /https?:\/\/[^\s<>"'`\u2028\u2029\u202A-\u202E\u2066-\u2069]+/giu;
/** What ends a sentence rather than an address. */
const TRAILING = /[.,;:!?…»”’]+$/u;
const MAX_LINKS = 20;

export function partsOf(text: string): TextPart[] {
  const parts: TextPart[] = [];
  let end = 0;
  for (const match of [...text.matchAll(ADDRESS)].slice(0, MAX_LINKS)) {
    const found = withoutLonelyBracket(match[0].replace(TRAILING, '')).replace(TRAILING, '');
    const href = safeAddress(found);
    if (href === undefined) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: found, href });
    end = match.index + found.length;
  }
  if (end < text.length || parts.length === 0) parts.push({ text: text.slice(end) });
  return parts;
}

/** "(see https://example.org/)": the bracket is the sentence's. */
function withoutLonelyBracket(address: string): string {
  return address.endsWith(')') && !address.includes('(') ? address.slice(0, -1) : address;
}

/** Who wrote `https://bank.example@evil.example` meant to deceive. */
function safeAddress(text: string): string | undefined {
  try {
    const url = new URL(text);
    const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
    return isWeb && url.username === '' && url.password === '' && url.hostname !== '' ? url.href : undefined;
  } catch {
    return undefined;
  }
}
