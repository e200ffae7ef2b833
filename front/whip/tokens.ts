/** Bearer tokens that an operator gives out (RFC 6750 §2.1): read from the command line, and compared in a time that tells nothing of them. */
import type { Parser } from '../../shared/cli/parsers.ts';
import { UsageError } from '../../shared/cli/usage-error.ts';
import { sameSecret } from '../rooms/same-secret.ts';

const MAX_TOKENS = 100;
const TOKEN = /^[\w.~+/-]{1,1024}=*$/;

/** A list with commas or spaces between. Throws UsageError, whose text never holds what was given. */
export const parseTokens: Parser<string[]> = (text) => {
  const tokens = text.split(/[ ,]+/).filter((entry) => entry !== '');
  if (tokens.length === 0) throw new UsageError('expected some tokens');
  if (tokens.length > MAX_TOKENS) throw new UsageError(`expected at most ${MAX_TOKENS} tokens`);
  if (!tokens.every((token) => TOKEN.test(token))) throw new UsageError('expected tokens of letters, digits and -._~+/ that can stand in a header');
  return tokens;
};
parseTokens.secret = true;
parseTokens.list = true;

/** Whether it is one of them; all are looked at, whichever it is. */
export function isOneOf(tokens: readonly string[], given: string): boolean {
  return tokens.reduce((found, token) => sameSecret(given, token) || found, false);
}
