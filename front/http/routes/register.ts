/** POST /register: reserves a name and proves it by a cookie from then on. */
import { z } from 'zod';
import type { RequestHandler } from 'express';
import { setCookieHeader } from '../../viewers/cookie.ts';
import { envelope, readBody } from '../body.ts';
import { addressKey } from '../rate-limit.ts';
import type { ApiContext } from './context.ts';

const schema = envelope(z.object({}, 'must be an object'));

export function registerRoute({ viewers, signer }: ApiContext): RequestHandler {
  return (request, response) => {
    const { name } = readBody(request, schema);
    const proofs = signer.read(request.headers.cookie);
    const viewer = viewers.register(name, addressKey(request.ip ?? ''), proofs);
    if (viewer === undefined) {
      response.json({ request: 'denied' });
      return;
    }
    const others = proofs.filter((proof) => proof.name !== name);
    response
      .set('Set-Cookie', setCookieHeader(signer.sign([...others, viewer]), { secure: request.secure }))
      .json({ request: 'accepted' });
  };
}
