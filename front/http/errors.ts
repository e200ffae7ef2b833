/** Turns whatever was thrown into the one shape that clients see: `{"error": id, "message": sentence}`. */
import type { ErrorRequestHandler, RequestHandler } from 'express';
import type { Logger } from '../../shared/log/logger.ts';
import { ApiError } from '../api-error.ts';
import { storeFailure } from '../failures.ts';
import { MAX_BODY_BYTES } from './body.ts';

/** Answers requests for which there is no route. */
export const unknownRoute: RequestHandler = (request, _response, next) => {
  next(new ApiError(404, 'unknown-route', `There is nothing at ${request.path}.`));
};

/** Answers a route's other methods: 405 with Allow (RFC 9110 §15.5.6). */
export function onlyMethod(...methods: string[]): RequestHandler {
  return (request, _response, next) => {
    const allow = methods.join(', ');
    next(new ApiError(405, 'method-not-allowed', `${request.path} takes ${allow}, not ${request.method}.`, { headers: { Allow: allow } }));
  };
}

/** The last middleware: answers with the error, and logs those that are this server's own fault. */
export function errorAnswer(log: Logger): ErrorRequestHandler {
  return (error: unknown, request, response, next) => {
    const answer = toApiError(error);
    if (answer.code === 'internal-error') log.error({ err: error, path: request.path }, 'a request failed for a reason of our own');
    else log.debug({ status: answer.status, error: answer.code, path: request.path, err: answer.cause }, 'request refused');
    if (response.headersSent) {
      next(error);
      return;
    }
    if (response.destroyed) return;
    // A body that was not read to its end would be taken for the next request.
    if (!request.complete) response.set('Connection', 'close');
    response.status(answer.status).set(answer.headers).json(answer);
  };
}

/** Express and its body parser throw errors with a `status` and, mostly, a `type`. */
function toApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  const ofStore = storeFailure(error);
  if (ofStore !== undefined) return ofStore;
  const { status, type } = fields(error);
  switch (type) {
    case 'entity.parse.failed':
      return new ApiError(400, 'malformed-json', 'The body is no JSON.', { cause: error });
    case 'entity.too.large':
      return new ApiError(413, 'too-large', `The body is larger than ${MAX_BODY_BYTES} bytes.`, { cause: error });
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return new ApiError(415, 'unsupported-type', 'The body has an encoding or a character set that is not read here: send UTF-8.', { cause: error });
    default:
      break;
  }
  if (status !== undefined && status >= 400 && status < 500) {
    return new ApiError(status, status === 404 ? 'unknown-route' : 'malformed-request', 'The request cannot be understood.', { cause: error });
  }
  return new ApiError(500, 'internal-error', 'Something went wrong in this server; its log says more.', { cause: error });
}

function fields(error: unknown): { status: number | undefined; type: string | undefined } {
  if (typeof error !== 'object' || error === null) return { status: undefined, type: undefined };
  const status = 'status' in error && typeof error.status === 'number' ? error.status : undefined;
  const type = 'type' in error && typeof error.type === 'string' ? error.type : undefined;
  return { status, type };
}
