/** `candidates {call, fragment}`: candidates of this page's browser for the other side. */
import { z } from 'zod';
import { isFragment } from '../../calls/fragments.ts';
import { callSchema } from './fields.ts';
import { pageRequest } from './request.ts';

export const candidates = pageRequest({
  type: 'candidates',
  schema: z.object({ call: callSchema, fragment: z.string('must be a text').refine(isFragment, 'must be lines of SDP, 4,096 characters at most') }),
  costly: false,
  asPerson: false,
  handle({ call, fragment }, page, { calls }) {
    calls.candidates(page, call, fragment);
  },
});
