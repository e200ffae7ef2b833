/** What the sign-in form says of a problem. */
import { failureLine } from '../strings/failures.ts';
import { words } from '../strings/words.ts';
import { MAX_NAME_LENGTH } from './name-rules.ts';
import type { SignInProblem } from './session.ts';

export function problemText(problem: SignInProblem, name: string): string {
  if (typeof problem === 'object') return failureLine(problem);
  switch (problem) {
    case 'empty':
      return words.signIn.empty;
    case 'too-long':
      return words.signIn.tooLong(MAX_NAME_LENGTH);
    case 'unprintable':
      return words.signIn.unprintable;
    case 'reserved':
      return words.signIn.reserved;
    case 'taken':
      return words.signIn.taken(name);
    case 'lost':
      return words.signIn.lost(name);
  }
}
