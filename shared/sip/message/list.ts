/** Several values in one header line, parted by commas (RFC 3261 §7.3.1). */

import { COMMA, endOfQuotedString, GREATER_THAN, LESS_THAN, QUOTE, trimmed } from './characters.ts';

/** Values that one list header may have in a message: more Vias than Max-Forwards allows hops, and bounded work. */
export const MAX_LIST_VALUES = 256;

/**
 * Splits at the commas that stand neither in a quoted string nor between angle brackets. Values come trimmed;
 * an unclosed quote or bracket reaches to the end, for whoever reads that value to complain about.
 */
export function splitValues(line: string): string[] {
  if (!line.includes(',')) return [line];
  const values: string[] = [];
  let start = 0;
  for (let end = endOfValue(line, start); end < line.length; end = endOfValue(line, start)) {
    values.push(trimmed(line, start, end));
    start = end + 1;
  }
  values.push(trimmed(line, start, line.length));
  return values;
}

/** Index of the comma that ends the value which begins at `from`, or the length of the line. */
export function endOfValue(line: string, from: number): number {
  let bracketed = false;
  for (let i = from; i < line.length; i++) {
    switch (line.charCodeAt(i)) {
      case QUOTE:
        // Inside <…> a quote is an ordinary, if illegal, character.
        if (!bracketed) {
          const end = endOfQuotedString(line, i);
          if (end < 0) return line.length;
          i = end - 1;
        }
        break;
      case LESS_THAN:
        bracketed = true;
        break;
      case GREATER_THAN:
        bracketed = false;
        break;
      case COMMA:
        if (!bracketed) return i;
        break;
    }
  }
  return line.length;
}
