/** `lose {}`: the next datagram that the daemon would send is thrown away; for pages that read along. */
import { z } from 'zod';
import { pageRequest } from './request.ts';

export const lose = pageRequest({
  type: 'lose',
  schema: z.object({}),
  costly: true,
  asPerson: false,
  async handle(_message, page, { trace }) {
    await trace.lose(page);
  },
});
