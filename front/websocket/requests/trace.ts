/** `trace {ticket}`: this page reads along from now on; `trace {}` without a ticket: no longer. */
import { z } from 'zod';
import { pageRequest } from './request.ts';

const MAX_TICKET_CHARACTERS = 64;

export const trace = pageRequest({
  type: 'trace',
  schema: z.object({ ticket: z.string('must be a text').max(MAX_TICKET_CHARACTERS, 'is too long').optional() }),
  costly: false,
  asPerson: false,
  handle({ ticket }, page, { trace: readers }, reply) {
    if (ticket === undefined) readers.stop(page);
    else reply(readers.read(page, ticket));
  },
});
