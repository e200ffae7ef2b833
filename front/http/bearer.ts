/** Who asks, by the token in the Authorization header (RFC 6750 §2.1). */
import type { Request } from 'express';
import type { Accounts, SignedIn } from '../accounts/accounts.ts';
import { ApiError } from '../api-error.ts';

/** @returns the account that asks; undefined for a request without a token. @throws ApiError 401 for one whose token is not believed */
export async function askerOf(request: Pick<Request, 'headers'>, accounts: Accounts): Promise<SignedIn | undefined> {
  const [scheme = '', token = ''] = (request.headers.authorization ?? '').split(' ', 2);
  return scheme.toLowerCase() === 'bearer' ? accounts.authenticate(token) : undefined;
}

/** Likewise, for what only accounts may do. @throws ApiError 401 also for a request without a token */
export async function signedIn(request: Pick<Request, 'headers'>, accounts: Accounts): Promise<SignedIn> {
  const asker = await askerOf(request, accounts);
  if (asker === undefined) throw signInRequired();
  return asker;
}

export function signInRequired(): ApiError {
  return new ApiError(401, 'sign-in-required', 'Sign in first.', { headers: { 'WWW-Authenticate': 'Bearer' } });
}
