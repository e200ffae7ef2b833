/** `resume {room}` or `resume {call}`: this page had it before its connection was lost. */
import { z } from 'zod';
import { roomIdSchema } from '../../meetings/room-id.ts';
import { callSchema } from './fields.ts';
import { pageRequest } from './request.ts';

export const resume = pageRequest({
  type: 'resume',
  schema: z.union([z.object({ room: roomIdSchema }), z.object({ call: callSchema, room: z.undefined().optional() })], 'must name a room or a call'),
  costly: false,
  asPerson: false,
  handle(message, page, { calls, meetings }) {
    if (message.room === undefined) calls.resume(page, message.call);
    else meetings.resume(page, message.room);
  },
});
