/** GET /openapi.json: the interface described for programs, and for whoever writes them; also for pages of others that show it. */
import { Router } from 'express';
import type { RequestHandler } from 'express';
import { openApiDocument } from '../../openapi/document.ts';
import { onlyMethod } from '../errors.ts';
import { noStore } from '../no-store.ts';

export function openApiRoutes({ limits }: { readonly limits: { readonly cheap: RequestHandler } }): Router {
  let document: string | undefined;
  const router = Router();
  router
    .route('/openapi.json')
    .get(noStore, limits.cheap, (_request, response) => {
      response.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' }).type('json').send((document ??= JSON.stringify(openApiDocument())));
    })
    .all(onlyMethod('GET', 'HEAD'));
  return router;
}
