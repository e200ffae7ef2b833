/** For whoever watches over this service: whether the process serves (`/healthz`), and whether viewers can watch (`/readyz`). */
import { Router } from 'express';
import type { Directory } from '../directory/directory.ts';
import { onlyMethod } from './errors.ts';

export function healthRoutes(directory: Directory): Router {
  const router = Router();
  router
    .route('/healthz')
    .get((_request, response) => {
      response.set('Cache-Control', 'no-store').json({ status: 'ok' });
    })
    .all(onlyMethod('GET', 'HEAD'));
  router
    .route('/readyz')
    .get(async (_request, response) => {
      const ready = await directory.reachable();
      response
        .status(ready ? 200 : 503)
        .set('Cache-Control', 'no-store')
        .json({ status: ready ? 'ready' : 'not-ready', signaling: ready ? 'up' : 'down' });
    })
    .all(onlyMethod('GET', 'HEAD'));
  return router;
}
