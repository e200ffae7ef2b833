/** What operators see of this front, as JSON: who streams, who watches what, what went wrong, what is counted; and how they end a session. */
import { Router } from 'express';
import type { RequestHandler } from 'express';
import type { Accounts } from '../../accounts/accounts.ts';
import { ApiError } from '../../api-error.ts';
import type { RecentErrors } from '../../operator/recent-errors.ts';
import type { WatchSessions } from '../../operator/sessions.ts';
import type { RegisteredStreamers } from '../../operator/streamers.ts';
import type { Metrics } from '../../../shared/metrics/metrics.ts';
import type { Operators } from '../../statistics/operators.ts';
import { onlyMethod } from '../errors.ts';
import { noStore } from '../no-store.ts';
import { operatorOnly } from '../operator-only.ts';
import { sameOriginOnly } from '../same-origin.ts';

/** What the routes show. */
export interface OperatorView {
  readonly streamers: RegisteredStreamers;
  readonly sessions: WatchSessions;
  readonly errors: RecentErrors;
  readonly metrics: Metrics;
}

export interface OperatorRoutesOptions {
  readonly accounts: Accounts;
  readonly operators: Operators;
  readonly operatorView: OperatorView;
  readonly limits: { readonly cheap: RequestHandler };
}

export function operatorRoutes({ accounts, operators, operatorView: { streamers, sessions, errors, metrics }, limits }: OperatorRoutesOptions): Router {
  const router = Router();
  const only = operatorOnly(accounts, operators);
  const get = (path: string, read: () => object | Promise<object>) => {
    router
      .route(path)
      .get(noStore, limits.cheap, only, async (_request, response) => {
        response.json(await read());
      })
      .all(onlyMethod('GET', 'HEAD'));
  };
  get('/operator/streamers', () => ({
    streamers: streamers.list().map(({ streamer: { name, title, address, codecs, viewers, mode, renditions }, sinceMs }) => ({
      ...{ name, title, address, viewers, codecs: codecs ?? { audio: [], video: [] } },
      mode: mode ?? 'live',
      renditions: renditions ?? [],
      since: rfc3339(sinceMs),
    })),
  }));
  get('/operator/sessions', () => ({ sessions: sessions.list().map(({ id, viewer, streamer, via, sinceMs }) => ({ id, viewer, streamer, via, since: rfc3339(sinceMs) })) }));
  get('/operator/errors', () => ({ errors: errors.list().map(({ atMs, ...line }) => ({ at: rfc3339(atMs), ...line })) }));
  get('/operator/metrics', async () => ({ metrics: await metrics.readings('sipcast_') }));
  router
    .route('/operator/sessions/:id')
    .delete(noStore, sameOriginOnly, limits.cheap, only, (request, response) => {
      if (!sessions.end(request.params.id)) throw new ApiError(404, 'unknown-session', 'There is no such session: it may have ended.');
      response.status(204).end();
    })
    .all(onlyMethod('DELETE'));
  return router;
}

function rfc3339(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
