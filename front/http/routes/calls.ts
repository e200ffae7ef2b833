/** GET /calls/ and DELETE /calls/<id>/: what operators see of the calls that go on, and how they end one. */
import { Router } from 'express';
import type { Request, RequestHandler } from 'express';
import type { Accounts } from '../../accounts/accounts.ts';
import { ApiError } from '../../api-error.ts';
import type { RunningCalls } from '../../calls/running-calls.ts';
import { signedIn } from '../bearer.ts';
import { onlyMethod } from '../errors.ts';
import { noStore } from '../no-store.ts';
import { sameOriginOnly } from '../same-origin.ts';

export interface CallRoutesOptions {
  readonly accounts: Accounts;
  readonly calls: RunningCalls;
  readonly limits: { readonly cheap: RequestHandler };
}

export function callRoutes({ accounts, calls, limits }: CallRoutesOptions): Router {
  const operatorOnly = async (request: Pick<Request, 'headers'>) => {
    const { operator } = await signedIn(request, accounts);
    if (!operator) throw new ApiError(403, 'operators-only', 'Calls are shown to operators only.');
  };
  const router = Router();
  router
    .route('/calls')
    .get(noStore, limits.cheap, async (request, response) => {
      await operatorOnly(request);
      response.json({ calls: calls.list().map(({ id, from, to, sinceMs }) => ({ id, from, to, since: new Date(sinceMs).toISOString() })) });
    })
    .all(onlyMethod('GET', 'HEAD'));
  router
    .route('/calls/:id')
    .delete(noStore, sameOriginOnly, limits.cheap, async (request, response) => {
      await operatorOnly(request);
      if (!calls.end(request.params.id)) throw new ApiError(404, 'unknown-call', 'There is no such call: it may have ended.');
      response.status(204).end();
    })
    .all(onlyMethod('DELETE'));
  return router;
}
