/** `accept {call, sdp?}`: takes a call that rings, or an invitation into a room. */
import { z } from 'zod';
import { callSchema, sdpSchema } from './fields.ts';
import { pageRequest } from './request.ts';

export const accept = pageRequest({
  type: 'accept',
  schema: z.object({ call: callSchema, sdp: sdpSchema.optional() }),
  costly: false,
  asPerson: false,
  handle({ call, sdp }, page, { calls }) {
    calls.accept(page, call, sdp);
  },
});
