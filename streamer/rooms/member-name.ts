/** What may be a member's name: it is shown to others, and texts are addressed to it. */

/** Unicode code points. */
const MAX_NAME = 64;
/** Control characters, line separators, halves of surrogate pairs, and the marks that turn the direction of what follows. */
const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;

export function isMemberName(name: string): boolean {
  return name.length <= 2 * MAX_NAME && name.trim() !== '' && Array.from(name).length <= MAX_NAME && !FORBIDDEN.test(name);
}
