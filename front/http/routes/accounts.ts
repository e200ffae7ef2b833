/** Accounts over HTTP: making one, signing in and out, and the tokens that prove who asks. */
import { Router } from 'express';
import type { Request, RequestHandler, Response } from 'express';
import { fullName, invalidToken } from '../../accounts/accounts.ts';
import type { Accounts, SignedIn, TokenPair } from '../../accounts/accounts.ts';
import { creationSchema, credentialsSchema, profileSchema, refreshSchema, revokeSchema, verifySchema } from '../../accounts/requests.ts';
import { ApiError } from '../../api-error.ts';
import type { Operators } from '../../statistics/operators.ts';
import { signedIn } from '../bearer.ts';
import { jsonBody, optionalJsonBody, readBody } from '../body.ts';
import { onlyMethod } from '../errors.ts';
import { noStore } from '../no-store.ts';
import { addressKey } from '../rate-limit.ts';
import { refreshCookie, refreshTokenIn } from '../refresh-cookie.ts';
import { sameOriginOnly } from '../same-origin.ts';

export interface AccountRoutesOptions {
  readonly accounts: Accounts;
  /** Who may make the account of an operator. */
  readonly operators: Operators;
  /** Slow down who makes accounts, who does what costs a hash, and who asks for anything else. */
  readonly limits: { readonly creation: RequestHandler; readonly costly: RequestHandler; readonly cheap: RequestHandler };
}

export function accountRoutes({ accounts, operators, limits }: AccountRoutesOptions): Router {
  const router = Router();
  const post = (path: string, limit: RequestHandler, body: RequestHandler[], route: RequestHandler) => {
    router.route(path).post(noStore, sameOriginOnly, limit, ...body, route).all(onlyMethod('POST'));
  };
  post('/user/create', limits.creation, jsonBody(), async (request, response) => {
    const wanted = readBody(request, creationSchema);
    if (accounts.isOperator(wanted.email)) refuseUnless(operators, request);
    answerPair(request, response.status(201), await accounts.create(wanted));
  });
  post('/token', limits.costly, jsonBody(), async (request, response) => {
    answerPair(request, response, await accounts.signIn(readBody(request, credentialsSchema), addressKey(request.ip ?? '')));
  });
  post('/token/refresh', limits.cheap, optionalJsonBody(), async (request, response) => {
    answerPair(request, response, await accounts.refresh(refreshTokenOf(request)));
  });
  post('/token/verify', limits.cheap, jsonBody(), async (request, response) => {
    await accounts.verify(readBody(request, verifySchema).token);
    response.json({});
  });
  post('/token/revoke', limits.cheap, optionalJsonBody(), async (request, response) => {
    const { refresh: token = refreshTokenIn(request.headers.cookie), everywhere } = readBody(request, revokeSchema);
    if (token !== undefined) await accounts.revoke(token, { everywhere });
    response.set('Set-Cookie', refreshCookie(undefined, { secure: request.secure })).json({});
  });
  router
    .route('/user')
    .get(noStore, limits.cheap, async (request, response) => {
      response.json(profileOf(await signedIn(request, accounts)));
    })
    .patch(noStore, sameOriginOnly, limits.costly, ...jsonBody(), async (request, response) => {
      const asker = await signedIn(request, accounts);
      const account = await accounts.change(asker, readBody(request, profileSchema));
      response.json(profileOf({ ...asker, account }));
    })
    .all(onlyMethod('GET', 'HEAD', 'PATCH'));
  return router;
}

/** An e-mail is not proven by mail: whoever came first could make himself an operator by one that is to be an operator's. */
function refuseUnless(operators: Operators, request: Request): void {
  const refusal = operators.refusal(request);
  if (refusal === undefined) return;
  const message = 'This e-mail is an operator’s: make its account on the server’s own machine, or with the operators’ password.';
  throw new ApiError(refusal.status, refusal.code, message, { headers: refusal.headers });
}

function refreshTokenOf(request: Request): string {
  const token = readBody(request, refreshSchema).refresh ?? refreshTokenIn(request.headers.cookie);
  if (token === undefined || token === '') throw invalidToken();
  return token;
}

function answerPair(request: Request, response: Response, pair: TokenPair): void {
  response.set('Set-Cookie', refreshCookie(pair.refresh, { secure: request.secure })).json(pair);
}

function profileOf({ account, operator }: SignedIn) {
  const { id, email, firstName, lastName } = account;
  return { id, email, first_name: firstName, last_name: lastName, full_name: fullName(account), operator };
}
