/** `adhoc {}`: a room for those who know its id. */
import { z } from 'zod';
import { pageRequest } from './request.ts';

export const adhoc = pageRequest({
  type: 'adhoc',
  schema: z.object({}),
  costly: false,
  asPerson: false,
  handle(_message, _page, { meetings }, reply) {
    reply({ room: meetings.adhoc() });
  },
});
