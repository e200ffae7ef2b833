/** POST /streamer: the viewer chooses whom to watch; a call to another streamer ends. */
import { z } from 'zod';
import type { RequestHandler } from 'express';
import { findStreamer } from '../../directory/find-streamer.ts';
import { envelope, readBody } from '../body.ts';
import type { ApiContext } from './context.ts';

const MAX_STREAMER_NAME_CHARACTERS = 200;

export const streamerNameSchema = z.string('must be a text').min(1, 'must not be empty').max(MAX_STREAMER_NAME_CHARACTERS, 'is too long');

export const streamerSchema = envelope(z.object({ streamer: streamerNameSchema }, 'must be an object'));

export function streamerRoute({ viewers, signer, directory, watches }: ApiContext): RequestHandler {
  return async (request, response) => {
    const { name, content } = readBody(request, streamerSchema);
    const viewer = viewers.authenticate(name, signer.read(request.headers.cookie));
    const streamer = await findStreamer(content.streamer, name, directory);
    if (viewer.choice !== undefined && viewer.choice.name !== streamer.name) void watches.stop(viewer);
    viewer.choice = streamer;
    response.json({ request: 'accepted' });
  };
}
