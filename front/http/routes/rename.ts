/** POST /rename: the viewer goes by another name from now on; his pages, his call and his rooms stay. */
import { z } from 'zod';
import type { RequestHandler } from 'express';
import { secretOf } from '../../cluster/name-token.ts';
import { setCookieHeader } from '../../viewers/cookie.ts';
import { nameSchema } from '../../viewers/name.ts';
import { envelope, readBody } from '../body.ts';
import type { Viewer } from '../../viewers/viewer.ts';
import type { ApiContext } from './context.ts';

export const renameSchema = envelope(z.object({ to: nameSchema }, 'must be an object'));

export function renameRoute({ viewers, signer, sharedNames }: ApiContext): RequestHandler {
  const isFree = async ({ name, token, account }: Viewer, to: string) => to === name || (await sharedNames?.claim({ name: to, secret: secretOf(token), account })) !== false;
  return async (request, response) => {
    const { name, content } = readBody(request, renameSchema);
    const proofs = signer.read(request.headers.cookie);
    const viewer = viewers.authenticate(name, proofs);
    if (!(await isFree(viewer, content.to)) || !viewers.rename(viewer, content.to)) {
      response.json({ request: 'denied' });
      return;
    }
    const others = proofs.filter((proof) => proof.name !== name && proof.name !== viewer.name);
    response
      .set('Set-Cookie', setCookieHeader(signer.sign([...others, viewer]), { secure: request.secure }))
      .json({ request: 'accepted' });
  };
}
