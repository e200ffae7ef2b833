/** `answer {room, offer, sdp}`: what the browser says to an offer of the room's focus. */
import { z } from 'zod';
import { roomIdSchema } from '../../meetings/room-id.ts';
import { sdpSchema } from './fields.ts';
import { pageRequest } from './request.ts';

export const answer = pageRequest({
  type: 'answer',
  schema: z.object({ room: roomIdSchema, offer: z.int('must be the offer’s number'), sdp: sdpSchema }),
  costly: false,
  asPerson: false,
  handle({ room, offer, sdp }, page, { meetings }) {
    meetings.inside(page, room).answer(offer, sdp);
  },
});
