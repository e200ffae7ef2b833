/** POST /offer: the browser's offer becomes an INVITE, the streamer's 202 becomes the answer; it may choose the streamer as well, which saves a request. */
import { z } from 'zod';
import type { RequestHandler } from 'express';
import { findStreamer } from '../../directory/find-streamer.ts';
import { envelope, readBody } from '../body.ts';
import type { ApiContext } from './context.ts';
import { streamerNameSchema } from './streamer.ts';

/** A browser's offer takes 5 to 8 kB. */
const MAX_OFFER_CHARACTERS = 32 * 1024;

export const offerSchema = envelope(
  z.object(
    {
      type: z.literal('offer', 'must be "offer"'),
      sdp: z.string('must be a text').min(1, 'must not be empty').max(MAX_OFFER_CHARACTERS, 'is too long'),
      streamer: streamerNameSchema.optional().describe('Whom to watch; the one chosen before where it is left out'),
      beside: z.boolean('must be true or false').optional().describe('Whether the call before goes on until this one is answered'),
    },
    'must be an object',
  ),
);

export function offerRoute({ viewers, signer, directory, watches }: ApiContext): RequestHandler {
  return async (request, response) => {
    const { name, content } = readBody(request, offerSchema);
    const viewer = viewers.authenticate(name, signer.read(request.headers.cookie));
    const gone = new AbortController();
    response.once('close', () => gone.abort(new Error('the viewer closed the connection before the answer came')));
    // The call to whom he watched before is ended by the new one.
    if (content.streamer !== undefined) viewer.choice = await findStreamer(content.streamer, name, directory);
    const { answer, undelivered } = await watches.start(viewer, content.sdp, gone.signal, content.beside);
    response.once('close', () => {
      if (!response.writableFinished) undelivered();
    });
    response.json({ type: 'answer', sdp: answer });
  };
}
