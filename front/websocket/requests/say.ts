/** `say {room, text, to?}` or `say {person, text}`: a text to all in the room, to one in it, or to a person anywhere. */
import { z } from 'zod';
import { roomIdSchema } from '../../meetings/room-id.ts';
import { nameSchema } from '../../viewers/name.ts';
import { textSchema } from './fields.ts';
import { pageRequest } from './request.ts';

export const say = pageRequest({
  type: 'say',
  schema: z.union(
    [z.object({ room: roomIdSchema, text: textSchema, to: nameSchema.optional() }), z.object({ person: nameSchema, text: textSchema, room: z.undefined().optional() })],
    'must have a text, and a room or a person',
  ),
  costly: false,
  asPerson: true,
  handle(message, page, { meetings, texts }) {
    return message.room === undefined ? texts.say(page, message.person, message.text) : meetings.say(page, message.room, message.text, message.to);
  },
});
