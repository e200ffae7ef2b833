/** What people send about their accounts, as far as it can be checked by itself. */
import { z } from 'zod';
import { newPasswordSchema, passwordSchema } from '../passwords/passwords.ts';
import { FORBIDDEN, nameSchema } from '../viewers/name.ts';
import { MAX_TOKEN_CHARACTERS } from './tokens.ts';

/** RFC 5321 §4.5.3.1.3, without the angle brackets. */
const MAX_EMAIL_CHARACTERS = 254;

/** Whether mail arrives there only mail would show. */
const EMAIL = /^[^\s@]+@[^\s@]+$/;

/** In lower case: nobody has two accounts by two ways to write one address. */
export const emailSchema = z
  .string('must be a text')
  .max(MAX_EMAIL_CHARACTERS, `must have at most ${MAX_EMAIL_CHARACTERS} characters`)
  .transform((text) => text.normalize('NFC').trim().toLowerCase())
  .refine((email) => EMAIL.test(email) && !FORBIDDEN.test(email), 'must be an e-mail address, name@example.org');

export const creationSchema = z.object(
  { email: emailSchema, first_name: nameSchema, last_name: nameSchema, password: newPasswordSchema },
  'must be an object {"email", "first_name", "last_name", "password"}',
);

export const credentialsSchema = z.object({ email: emailSchema, password: passwordSchema }, 'must be an object {"email", "password"}');

const token = z.string('must be a text').max(MAX_TOKEN_CHARACTERS, 'is too long');

export const refreshSchema = z.object({ refresh: token.optional() }, 'must be an object {"refresh"}');

export const revokeSchema = z.object({ refresh: token.optional(), everywhere: z.boolean('must be true or false').default(false) }, 'must be an object {"refresh", "everywhere"}');

export const verifySchema = z.object({ token }, 'must be an object {"token"}');

export const profileSchema = z
  .object({ first_name: nameSchema, last_name: nameSchema, password: passwordSchema, new_password: newPasswordSchema }, 'must be an object')
  .partial()
  .refine(({ password, new_password: next }) => (password === undefined) === (next === undefined), 'must hold both "password" and "new_password", or neither');

export type Creation = z.infer<typeof creationSchema>;
export type Credentials = z.infer<typeof credentialsSchema>;
export type ProfileChange = z.infer<typeof profileSchema>;
