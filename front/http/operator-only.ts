/** Lets operators through, by either of their proofs: the token of an operator's account, or what `Operators` asks for. */
import type { RequestHandler } from 'express';
import type { Accounts } from '../accounts/accounts.ts';
import { ApiError } from '../api-error.ts';
import type { Operators } from '../statistics/operators.ts';
import { askerOf } from './bearer.ts';

/** Answers 401 or 403 to everybody else, 429 after too many wrong passwords. */
export function operatorOnly(accounts: Accounts, operators: Operators): RequestHandler {
  return async (request, _response, next) => {
    const asker = await askerOf(request, accounts);
    if (asker === undefined) next(operators.refusal(request));
    else next(asker.operator ? undefined : new ApiError(403, 'operators-only', 'This is for operators only.'));
  };
}
