/** What the forms say of a field. */
import { MAX_NAME_LENGTH } from '../sign-in/name-rules.ts';
import { lobbyWords } from '../strings/lobby-words.ts';
import { words } from '../strings/words.ts';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH, type FieldProblem } from './form-rules.ts';

/** Whether it is about a password decides what is too long. */
export function fieldText(problem: FieldProblem, kind: 'password' | 'name' = 'name'): string {
  const { problems } = lobbyWords.form;
  switch (problem) {
    case 'too-short':
      return problems['too-short'](MIN_PASSWORD_LENGTH);
    case 'too-long':
      return problems['too-long'](kind === 'password' ? MAX_PASSWORD_LENGTH : MAX_NAME_LENGTH);
    case 'unprintable':
    case 'reserved':
      return words.signIn[problem];
    case 'missing':
    case 'no-email':
    case 'different':
      return problems[problem];
  }
}

/** Leaves out the fields that are as they should be. */
export function fieldTexts<Field extends string>(problems: Readonly<Record<Field, FieldProblem | undefined>>): Partial<Record<Field, string>> {
  const texts: Partial<Record<Field, string>> = {};
  for (const field of Object.keys(problems) as Field[]) {
    const problem = problems[field];
    if (problem) texts[field] = fieldText(problem, /password/i.test(field) ? 'password' : 'name');
  }
  return texts;
}
