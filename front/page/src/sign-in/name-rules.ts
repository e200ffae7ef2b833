/** What a viewer may be called: front's own rules, checked here first so that a mistake is said before anything is sent. */

/** In characters as people count them, near enough: Unicode code points. */
export const MAX_NAME_LENGTH = 64;

export type NameProblem = 'empty' | 'too-long' | 'unprintable' | 'reserved';

/** Control characters, line separators, halves of surrogate pairs, and the marks that turn the direction of what follows. */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;

/** Something that leaves ink: joiners, fillers and spaces alone would be shown as nothing. */
const VISIBLE = /[^\p{Default_Ignorable_Code_Point}\p{Z}\p{M}\p{C}]/u;

/** How rooms are called in SIP. */
const ROOM_PREFIX = /^room-/i;

/** Names that look the same are the same: composed accents, single spaces, none at the ends. */
export function tidyName(input: string): string {
  return input.normalize('NFC').replace(/[ \u00a0]+/g, ' ').trim();
}

/** @param name a name as {@link tidyName} left it */
export function nameProblem(name: string): NameProblem | undefined {
  if (name === '') return 'empty';
  if (Array.from(name).length > MAX_NAME_LENGTH) return 'too-long';
  if (UNPRINTABLE.test(name)) return 'unprintable';
  if (!VISIBLE.test(name)) return 'empty';
  if (ROOM_PREFIX.test(name)) return 'reserved';
  return undefined;
}
