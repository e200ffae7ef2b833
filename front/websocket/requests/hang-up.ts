/** `hang-up {call}`: ends a call of this page's, or takes it back. */
import { z } from 'zod';
import { callSchema } from './fields.ts';
import { pageRequest } from './request.ts';

export const hangUp = pageRequest({
  type: 'hang-up',
  schema: z.object({ call: callSchema }),
  costly: false,
  asPerson: false,
  handle({ call }, page, { calls }) {
    calls.hangUp(page, call);
  },
});
