/** What may be a viewer's name: it becomes the user part of his SIP address and is shown to others. */
import { z } from 'zod';

/** Characters as people count them, near enough: Unicode code points. */
export const MAX_NAME_CHARACTERS = 64;

/** A code point takes at most two UTF-16 units; longer texts are refused before anything walks through them. */
const MAX_NAME_UNITS = 2 * MAX_NAME_CHARACTERS;

/** Control characters, line separators, halves of surrogate pairs, and the marks that turn the direction of what follows. */
export const FORBIDDEN = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u;

/** Something that leaves ink: what is made of joiners, fillers and spaces alone would be shown as nothing. */
const VISIBLE = /[^\p{Default_Ignorable_Code_Point}\p{Z}\p{M}\p{C}]/u;

/** How rooms are called in SIP. */
const ROOM_PREFIX = /^room-/i;

/**
 * A name as typed, in Unicode's composed form and without spaces around it, so that the same name typed on two keyboards
 * is one name. Spaces inside, accents and every script are welcome.
 */
export const nameSchema = z
  .string('must be a text')
  .max(MAX_NAME_UNITS, `must have at most ${MAX_NAME_CHARACTERS} characters`)
  .transform((text) => text.normalize('NFC').trim())
  .refine((name) => name !== '', 'must not be empty')
  .refine((name) => Array.from(name).length <= MAX_NAME_CHARACTERS, `must have at most ${MAX_NAME_CHARACTERS} characters`)
  .refine((name) => !FORBIDDEN.test(name), 'must not hold control characters')
  .refine((name) => VISIBLE.test(name), 'must not be empty')
  .refine((name) => !ROOM_PREFIX.test(name), 'must not begin with "room-"');
