/** POST /options: who streams now, asked of the signaling daemon with a SIP OPTIONS. */
import { z } from 'zod';
import type { RequestHandler } from 'express';
import { listed } from '../../directory/streamer.ts';
import { envelope, readBody } from '../body.ts';
import type { ApiContext } from './context.ts';

export const optionsSchema = envelope(z.object({}, 'must be an object'));

export function optionsRoute({ viewers, signer, directory }: ApiContext): RequestHandler {
  return async (request, response) => {
    const { name } = readBody(request, optionsSchema);
    viewers.authenticate(name, signer.read(request.headers.cookie));
    response.json({ streamers: listed(await directory.fetch(name)) });
  };
}
