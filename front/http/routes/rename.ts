/** POST /rename: the viewer goes by another name from now on; his pages, his call and his rooms stay. */
import { z } from 'zod';
import type { RequestHandler } from 'express';
import { setCookieHeader } from '../../viewers/cookie.ts';
import { nameSchema } from '../../viewers/name.ts';
import { envelope, readBody } from '../body.ts';
import type { ApiContext } from './context.ts';

export const renameSchema = envelope(z.object({ to: nameSchema }, 'must be an object'));

export function renameRoute({ viewers, signer }: ApiContext): RequestHandler {
  return (request, response) => {
    const { name, content } = readBody(request, renameSchema);
    const proofs = signer.read(request.headers.cookie);
    const viewer = viewers.authenticate(name, proofs);
    if (!viewers.rename(viewer, content.to)) {
      response.json({ request: 'denied' });
      return;
    }
    const others = proofs.filter((proof) => proof.name !== name && proof.name !== viewer.name);
    response
      .set('Set-Cookie', setCookieHeader(signer.sign([...others, viewer]), { secure: request.secure }))
      .json({ request: 'accepted' });
  };
}
