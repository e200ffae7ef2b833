/** Why a request came to nothing, where several parts of front meet the same reason: one answer each, in one wording. */
import { ApiError } from './api-error.ts';
import { StoreClosedError, StoreUnavailableError } from './store/store.ts';

/** @param streamer its name. */
export function streamerSilent(streamer: string, cause?: unknown): ApiError {
  return new ApiError(504, 'streamer-silent', `"${streamer}" does not answer: it may have stopped.`, { cause });
}

/** @param streamer its name. */
export function unknownStreamer(streamer: string, cause?: unknown): ApiError {
  return new ApiError(404, 'unknown-streamer', `No streamer called "${streamer}" is registered.`, { cause });
}

export function signalingSilent(cause?: unknown): ApiError {
  return new ApiError(504, 'signaling-silent', 'The signaling daemon does not answer: is it running?', { cause });
}

/** How long whoever meets a store that is away had better wait, s. */
const STORE_RETRY_SECONDS = 2;

export function storeUnavailable(cause?: unknown): ApiError {
  return new ApiError(503, 'store-unavailable', 'Accounts and rooms cannot be reached at the moment: try again in a few seconds.', {
    cause,
    headers: { 'Retry-After': String(STORE_RETRY_SECONDS) },
  });
}

/** What a store's rejection is to whoever asked; undefined for what is no such. */
export function storeFailure(error: unknown): ApiError | undefined {
  if (error instanceof StoreClosedError) return stopping(error);
  return error instanceof StoreUnavailableError ? storeUnavailable(error) : undefined;
}

export function stopping(cause?: unknown): ApiError {
  return new ApiError(503, 'stopping', 'This server is stopping.', { cause });
}

/** Another front has what is asked for, and does not answer. */
export function frontAway(cause: unknown): ApiError {
  return new ApiError(503, 'front-away', 'The server that knows you does not answer at the moment: try again.', { cause, headers: { 'Retry-After': '1' } });
}
