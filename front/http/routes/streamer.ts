/** POST /streamer: the viewer chooses whom to watch; a call to another streamer ends. */
import { z } from 'zod';
import type { RequestHandler } from 'express';
import { unknownStreamer } from '../../failures.ts';
import type { Directory } from '../../directory/directory.ts';
import type { Streamer } from '../../directory/streamer.ts';
import { envelope, readBody } from '../body.ts';
import type { ApiContext } from './context.ts';

const MAX_STREAMER_NAME_CHARACTERS = 200;

export const streamerSchema = envelope(
  z.object({ streamer: z.string('must be a text').min(1, 'must not be empty').max(MAX_STREAMER_NAME_CHARACTERS, 'is too long') }, 'must be an object'),
);

export function streamerRoute({ viewers, signer, directory, watches }: ApiContext): RequestHandler {
  return async (request, response) => {
    const { name, content } = readBody(request, streamerSchema);
    const viewer = viewers.authenticate(name, signer.read(request.headers.cookie));
    const streamer = await find(content.streamer, name, directory);
    if (viewer.choice !== undefined && viewer.choice.name !== streamer.name) void watches.stop(viewer);
    viewer.choice = streamer;
    response.json({ request: 'accepted' });
  };
}

/** The list that NOTIFY keeps up to date may lag behind a streamer that has just come: then the daemon is asked. */
async function find(wanted: string, viewer: string, directory: Directory): Promise<Streamer> {
  const named = ({ name }: Streamer) => name === wanted;
  const known = directory.state === 'up' ? directory.streamers?.find(named) : undefined;
  const streamer = known ?? (await directory.fetch(viewer)).find(named);
  if (streamer === undefined) throw unknownStreamer(wanted);
  return streamer;
}
