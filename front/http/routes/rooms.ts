/** Rooms over HTTP: listed and read by anybody, made and changed by those who have an account. */
import { Router } from 'express';
import type { RequestHandler } from 'express';
import type { Accounts, SignedIn } from '../../accounts/accounts.ts';
import { roomChangeSchema, roomQuerySchema, roomSchema } from '../../rooms/requests.ts';
import type { Asker, Rooms } from '../../rooms/rooms.ts';
import { askerOf, signedIn } from '../bearer.ts';
import { checked, jsonBody, readBody } from '../body.ts';
import { onlyMethod } from '../errors.ts';
import { noStore } from '../no-store.ts';
import { sameOriginOnly } from '../same-origin.ts';

export interface RoomRoutesOptions {
  readonly accounts: Accounts;
  readonly rooms: Rooms;
  /** Slow down who writes, and who reads. */
  readonly limits: { readonly costly: RequestHandler; readonly cheap: RequestHandler };
}

export function roomRoutes({ accounts, rooms, limits }: RoomRoutesOptions): Router {
  const router = Router();
  router
    .route('/rooms')
    .get(noStore, limits.cheap, async (request, response) => {
      const query = checked(request.query, roomQuerySchema, 'The query');
      const found = await rooms.list(query, identity(await askerOf(request, accounts)));
      const next = found.length === query.limit ? { next: query.offset + query.limit } : {};
      response.json({ rooms: found, ...next });
    })
    .post(noStore, sameOriginOnly, limits.costly, ...jsonBody(), async (request, response) => {
      const owner = identity(await signedIn(request, accounts));
      response.status(201).json(await rooms.create(owner, readBody(request, roomSchema)));
    })
    .all(onlyMethod('GET', 'HEAD', 'POST'));
  router
    .route('/rooms/:id')
    .get(noStore, limits.cheap, async (request, response) => {
      response.json(await rooms.view(request.params.id, identity(await askerOf(request, accounts))));
    })
    .patch(noStore, sameOriginOnly, limits.costly, ...jsonBody(), async (request, response) => {
      const asker = identity(await signedIn(request, accounts));
      response.json(await rooms.edit(request.params.id, asker, readBody(request, roomChangeSchema)));
    })
    .delete(noStore, sameOriginOnly, limits.costly, async (request, response) => {
      await rooms.remove(request.params.id, identity(await signedIn(request, accounts)));
      response.status(204).end();
    })
    .all(onlyMethod('GET', 'HEAD', 'PATCH', 'DELETE'));
  return router;
}

function identity(asker: SignedIn): Asker;
function identity(asker: SignedIn | undefined): Asker | undefined;
function identity(asker: SignedIn | undefined): Asker | undefined {
  return asker && { id: asker.account.id, operator: asker.operator };
}
