/** `invite {to, room, key?, replaces?}`: asks somebody into the room that this page is in, or moves a call with him there. */
import { z } from 'zod';
import { ApiError } from '../../api-error.ts';
import { roomIdSchema } from '../../meetings/room-id.ts';
import { nameSchema } from '../../viewers/name.ts';
import { callSchema, keySchema } from './fields.ts';
import { pageRequest } from './request.ts';

export const invite = pageRequest({
  type: 'invite',
  schema: z.object({ to: nameSchema, room: roomIdSchema, key: keySchema.optional(), replaces: callSchema.optional() }),
  costly: true,
  asPerson: true,
  async handle({ to, room, key, replaces }, page, { calls, meetings }, reply) {
    const { title } = meetings.inside(page, room);
    if (meetings.namesIn(room).includes(to) && to !== page.viewer.name) throw new ApiError(409, 'already-here', `“${to}” is in this room already.`);
    const leg = await calls.invite(page, to, { invitation: { room, key, title }, replaces });
    reply({ call: leg.id });
    leg.announce();
  },
});
