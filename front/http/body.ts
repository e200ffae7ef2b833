/** Reads the body that every POST has, `{"name": …, "content": {…}}`, and says what is wrong with one that is not. */
import express from 'express';
import type { Request, RequestHandler } from 'express';
import { z } from 'zod';
import { ApiError } from '../api-error.ts';
import { nameSchema } from '../viewers/name.ts';

/** Largest body, bytes: a browser's offer takes 5 to 8 kB. */
export const MAX_BODY_BYTES = 64 * 1024;

/** What programs send, and what navigator.sendBeacon makes of a plain text. */
const ACCEPTED_TYPES = ['application/json', 'text/plain'];

/** Parses JSON of a bounded size; anything else ends in an ApiError, also no body at all. */
export function jsonBody(): RequestHandler[] {
  const typed: RequestHandler = (request, _response, next) => {
    const accepted = typeof request.is(ACCEPTED_TYPES) === 'string';
    next(accepted ? undefined : new ApiError(415, 'unsupported-type', 'Send JSON, with "Content-Type: application/json".'));
  };
  return [typed, express.json({ limit: MAX_BODY_BYTES, type: ACCEPTED_TYPES, strict: true })];
}

/** Likewise, where a request may have no body: that is taken for an empty object. */
export function optionalJsonBody(): RequestHandler[] {
  const [typed, parse] = jsonBody();
  const hasBody = ({ headers }: Request) => headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
  const empty: RequestHandler = (request, _response, next) => {
    if (!hasBody(request)) request.body = {};
    next();
  };
  const unlessEmpty = (handler: RequestHandler | undefined): RequestHandler => (request, response, next) => {
    if (handler !== undefined && hasBody(request)) void handler(request, response, next);
    else next();
  };
  return [empty, unlessEmpty(typed), unlessEmpty(parse)];
}

/** The schema of a request whose content is as `content` says. */
export function envelope<Content extends z.ZodType>(content: Content) {
  return z.object({ name: nameSchema, content }, 'must be an object {"name", "content"}');
}

/**
 * The request's body, checked against `schema`.
 * @throws ApiError 400 that says what is missing or wrong: `bad-name` when it is the name, `malformed-request` otherwise.
 */
export function readBody<Schema extends z.ZodType>(request: Request, schema: Schema): z.infer<Schema> {
  return checked(request.body, schema, 'The body');
}

/**
 * `given`, checked against `schema`.
 * @param whole what it is called when all of it is wrong. @throws ApiError 400
 */
export function checked<Schema extends z.ZodType>(given: unknown, schema: Schema, whole: string): z.infer<Schema> {
  const result = schema.safeParse(given);
  if (result.success) return result.data;
  const issue = result.error.issues[0];
  const place = issue?.path.join('.') ?? '';
  const text = `${place === '' ? whole : `"${place}"`} ${issue?.message ?? 'is malformed'}.`;
  throw new ApiError(400, place === 'name' ? 'bad-name' : 'malformed-request', text);
}
