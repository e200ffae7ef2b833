/** POST /leave: the viewer stops watching; also sent as a beacon by a page that closes. */
import { z } from 'zod';
import type { RequestHandler } from 'express';
import { envelope, readBody } from '../body.ts';
import type { ApiContext } from './context.ts';

export const leaveSchema = envelope(z.object({}, 'must be an object'));

export function leaveRoute({ viewers, signer, watches }: ApiContext): RequestHandler {
  return (request, response) => {
    const { name } = readBody(request, leaveSchema);
    const viewer = viewers.authenticate(name, signer.read(request.headers.cookie));
    // BYE may take its retransmissions; the viewer need not wait for them.
    void watches.stop(viewer);
    response.json({ request: 'accepted' });
  };
}
