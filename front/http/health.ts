/** For whoever watches over this service: whether the process serves (`/healthz`), and whether viewers can watch (`/readyz`). */
import { Router } from 'express';
import { packageVersion } from '../../shared/cli/version.ts';
import { onlyMethod } from './errors.ts';
import type { ApiContext } from './routes/context.ts';

export function healthRoutes({ directory, viewers }: Pick<ApiContext, 'directory' | 'viewers'>): Router {
  const router = Router();
  const product = `sipcast-front/${packageVersion()}`;
  router
    .route('/healthz')
    .get((_request, response) => {
      response.set({ 'Cache-Control': 'no-store', Server: product }).json({ status: 'ok' });
    })
    .all(onlyMethod('GET', 'HEAD'));
  router
    .route('/readyz')
    .get(async (_request, response) => {
      const reachable = await directory.reachable();
      const ready = reachable && !viewers.draining;
      response
        .status(ready ? 200 : 503)
        .set({ 'Cache-Control': 'no-store', Server: product })
        .json({ status: ready ? 'ready' : 'not-ready', signaling: upOrDown(reachable), admission: upOrDown(!viewers.draining) });
    })
    .all(onlyMethod('GET', 'HEAD'));
  return router;
}

function upOrDown(up: boolean): string {
  return up ? 'up' : 'down';
}
