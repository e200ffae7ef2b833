/** What a request to publish says beside its offer. */
import { z } from 'zod';
import { FORBIDDEN, nameSchema } from '../viewers/name.ts';

/** As of streamers that say their title when they start. */
const MAX_TITLE_CHARACTERS = 80;

export { nameSchema };

export const titleSchema = z
  .string()
  .transform((title) => title.trim())
  .refine((title) => Array.from(title).length <= MAX_TITLE_CHARACTERS, `must have at most ${MAX_TITLE_CHARACTERS} characters`)
  .refine((title) => !FORBIDDEN.test(title), 'must not hold control characters')
  .transform((title) => (title === '' ? undefined : title))
  .optional();
