/** Keeps other sites' pages from acting with a viewer's cookie: SameSite alone lets another port of the same host through. */
import type { IncomingMessage } from 'node:http';
import type { RequestHandler } from 'express';
import { ApiError } from '../api-error.ts';

/** Whether the request comes from a page of this very server, or from a program (which sends no Origin). */
export function isSameOrigin({ headers }: Pick<IncomingMessage, 'headers'>): boolean {
  const { origin, host } = headers;
  if (origin === undefined) return true;
  return host !== undefined && URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

/** Answers 403 to requests that a page of another origin makes. */
export const sameOriginOnly: RequestHandler = (request, _response, next) => {
  next(isSameOrigin(request) ? undefined : foreignOrigin());
};

export function foreignOrigin(): ApiError {
  return new ApiError(403, 'foreign-origin', 'This interface serves pages of this server only.');
}
