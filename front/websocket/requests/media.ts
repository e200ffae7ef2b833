/** `media {room, audio, video, screen}`: what this page sends, as states. */
import { z } from 'zod';
import { roomIdSchema } from '../../meetings/room-id.ts';
import { pageRequest } from './request.ts';

const shown = z.boolean('must be true or false');

export const media = pageRequest({
  type: 'media',
  schema: z.object({ room: roomIdSchema, audio: shown, video: shown, screen: shown }),
  costly: false,
  asPerson: false,
  handle({ room, audio, video, screen }, page, { meetings }) {
    meetings.report(page, room, { audio, video, screen });
  },
});
