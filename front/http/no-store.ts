/** Answers hold what is true now, and some are for one viewer alone. */
import type { RequestHandler } from 'express';

export const noStore: RequestHandler = (_request, response, next) => {
  response.set('Cache-Control', 'no-store');
  next();
};
