/** What people send about rooms, as far as it can be checked by itself. */
import { z } from 'zod';
import { passwordSchema } from '../passwords/passwords.ts';
import { FORBIDDEN } from '../viewers/name.ts';

export const MAX_TITLE_CHARACTERS = 200;
export const MAX_DESCRIPTION_CHARACTERS = 2000;
const MIN_GUESTS = 2;
const MAX_GUESTS = 100;

/** Rooms in one answer, at most and unless asked for fewer. */
export const MAX_LISTED = 100;
const MAX_OFFSET = 1_000_000;

/** What a description may hold in spite of `FORBIDDEN`: more than one line. */
const LINES = /[\n\t]/g;

function text(maxCharacters: number) {
  return z
    .string('must be a text')
    // A code point takes at most two UTF-16 units; longer texts are refused before anything walks through them.
    .max(2 * maxCharacters, `must have at most ${maxCharacters} characters`)
    .transform((given) => given.normalize('NFC').replaceAll('\r\n', '\n').trim())
    .refine((given) => Array.from(given).length <= maxCharacters, `must have at most ${maxCharacters} characters`);
}

const rules = z.object(
  {
    title: text(MAX_TITLE_CHARACTERS)
      .refine((title) => title !== '', 'must not be empty')
      .refine((title) => !FORBIDDEN.test(title), 'must not hold control characters'),
    description: text(MAX_DESCRIPTION_CHARACTERS).refine((description) => !FORBIDDEN.test(description.replaceAll(LINES, '')), 'must not hold control characters'),
    visibility: z.enum(['public', 'private'], 'must be "public" or "private"'),
    admission: z.enum(['open', 'invite-only'], 'must be "open" or "invite-only"'),
    password: passwordSchema.nullable(),
    guest_limit: z
      .int('must be a whole number')
      .min(MIN_GUESTS, `must be at least ${MIN_GUESTS}`)
      .max(MAX_GUESTS, `must be at most ${MAX_GUESTS}`)
      .nullable(),
  },
  'must be an object',
);

const { title, ...others } = rules.shape;

/** All but the title may be left out. */
export const roomSchema = z.object({ title, ...z.object(others).partial().shape }, 'must be an object {"title", …}');

export const roomChangeSchema = rules.partial();

export const roomQuerySchema = z.object({
  search: text(MAX_TITLE_CHARACTERS).default(''),
  order: z.enum(['newest', 'active'], 'must be "newest" or "active"').default('newest'),
  limit: z.coerce.number('must be a number').int('must be a whole number').min(1, 'must be at least 1').max(MAX_LISTED, `must be at most ${MAX_LISTED}`).default(MAX_LISTED),
  offset: z.coerce.number('must be a number').int('must be a whole number').min(0, 'must not be negative').max(MAX_OFFSET, 'is too large').default(0),
});

export type RoomRequest = z.infer<typeof roomSchema>;
export type RoomChange = z.infer<typeof roomChangeSchema>;
export type RoomListQuery = z.infer<typeof roomQuerySchema>;
