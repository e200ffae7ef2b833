/** What the forms of accounts check before anything is sent; front checks all of it again. */
import { nameProblem, tidyName } from '../sign-in/name-rules.ts';

export const MIN_PASSWORD_LENGTH = 8;
/** front hashes no longer ones. */
export const MAX_PASSWORD_LENGTH = 256;
export type FieldProblem = 'missing' | 'no-email' | 'too-short' | 'too-long' | 'different' | 'unprintable' | 'reserved';

/** Something, an at sign, something: whether it exists only a letter to it would tell. */
const EMAIL = /^[^\s@]+@[^\s@]+$/u;

export function emailProblem(email: string): FieldProblem | undefined {
  if (email === '') return 'missing';
  return EMAIL.test(email) ? undefined : 'no-email';
}

/** In characters as people count them, near enough: Unicode code points. */
export function passwordProblem(password: string): FieldProblem | undefined {
  const length = Array.from(password).length;
  if (length === 0) return 'missing';
  if (length < MIN_PASSWORD_LENGTH) return 'too-short';
  return length > MAX_PASSWORD_LENGTH ? 'too-long' : undefined;
}

export function repetitionProblem(password: string, repetition: string): FieldProblem | undefined {
  if (repetition === '') return 'missing';
  return password === repetition ? undefined : 'different';
}

/** A first or a last name becomes part of the name that others see, and is under the same rules. */
export function personNameProblem(name: string): FieldProblem | undefined {
  const problem = nameProblem(tidyName(name));
  return problem === 'empty' ? 'missing' : problem;
}
