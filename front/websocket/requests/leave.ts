/** `leave {room}`: goes out of a room. */
import { z } from 'zod';
import { roomIdSchema } from '../../meetings/room-id.ts';
import { pageRequest } from './request.ts';

export const leave = pageRequest({
  type: 'leave',
  schema: z.object({ room: roomIdSchema }),
  costly: false,
  asPerson: false,
  handle({ room }, page, { meetings }) {
    meetings.leave(page, room);
  },
});
