/** `sizes {room, sizes}`: how large this page shows each of the others. */
import { z } from 'zod';
import { roomIdSchema } from '../../meetings/room-id.ts';
import { memberIdSchema } from '../../meetings/roster.ts';
import { pageRequest } from './request.ts';

const MAX_SIZES = 200;
const MAX_HEIGHT = 8_640;

const height = z.int('must be a height in pixels').min(0).max(MAX_HEIGHT);

export const sizes = pageRequest({
  type: 'sizes',
  schema: z.object({
    room: roomIdSchema,
    sizes: z.record(memberIdSchema, height).refine((heights) => Object.keys(heights).length <= MAX_SIZES, 'names too many'),
  }),
  costly: false,
  asPerson: false,
  handle({ room, sizes: heights }, page, { meetings }) {
    meetings.report(page, room, { sizes: heights });
  },
});
