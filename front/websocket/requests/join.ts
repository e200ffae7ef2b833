/** `join {room, key?, password?, sdp}`: goes into a room. */
import { z } from 'zod';
import { roomIdSchema } from '../../meetings/room-id.ts';
import { keySchema, sdpSchema } from './fields.ts';
import { pageRequest } from './request.ts';

const MAX_PASSWORD_CHARACTERS = 200;

export const join = pageRequest({
  type: 'join',
  schema: z.object({ room: roomIdSchema, key: keySchema.optional(), password: z.string('must be a text').max(MAX_PASSWORD_CHARACTERS, 'is too long').optional(), sdp: sdpSchema }),
  costly: true,
  asPerson: true,
  async handle(message, page, { meetings }, reply) {
    const { place, sdp, event, room } = await meetings.join(page, message);
    reply({ member: place.member, sdp, event, room: room ?? null });
    place.announce();
  },
});
