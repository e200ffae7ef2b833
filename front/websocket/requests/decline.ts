/** `decline {call}`: refuses a call that rings. */
import { z } from 'zod';
import { callSchema } from './fields.ts';
import { pageRequest } from './request.ts';

export const decline = pageRequest({
  type: 'decline',
  schema: z.object({ call: callSchema }),
  costly: false,
  asPerson: false,
  handle({ call }, page, { calls }) {
    calls.decline(page, call);
  },
});
