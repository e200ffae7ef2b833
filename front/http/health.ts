/** For whoever watches over this service: whether it is well (`/healthz`), and whether viewers can watch (`/readyz`). */
import { Router } from 'express';
import { packageVersion } from '../../shared/cli/version.ts';
import type { Health, Verdict } from '../../shared/health/health.ts';
import { onlyMethod } from './errors.ts';
import { noStore } from './no-store.ts';

export function healthRoutes(health: Health): Router {
  const router = Router();
  const product = `sipcast-front/${packageVersion()}`;
  const get = (path: string, ask: () => Promise<Verdict>) => {
    router
      .route(path)
      .get(noStore, async (_request, response) => {
        const { status, body } = await ask();
        response.status(status).set('Server', product).json(body);
      })
      .all(onlyMethod('GET', 'HEAD'));
  };
  get('/healthz', () => health.wellness());
  get('/readyz', () => health.readiness());
  return router;
}
