/** `call {to, sdp}`: rings somebody. */
import { z } from 'zod';
import { nameSchema } from '../../viewers/name.ts';
import { sdpSchema } from './fields.ts';
import { pageRequest } from './request.ts';

export const call = pageRequest({
  type: 'call',
  schema: z.object({ to: nameSchema, sdp: sdpSchema }),
  costly: true,
  asPerson: true,
  async handle({ to, sdp }, page, { calls }, reply) {
    const leg = await calls.call(page, to, sdp);
    reply({ call: leg.id });
    leg.announce();
  },
});
