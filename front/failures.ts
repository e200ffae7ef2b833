/** Why a request came to nothing, where several parts of front meet the same reason: one answer each, in one wording. */
import { ApiError } from './api-error.ts';

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

export function stopping(cause?: unknown): ApiError {
  return new ApiError(503, 'stopping', 'This server is stopping.', { cause });
}

/** Another front has what is asked for, and does not answer. */
export function frontAway(cause: unknown): ApiError {
  return new ApiError(503, 'front-away', 'The server that knows you does not answer at the moment: try again.', { cause, headers: { 'Retry-After': '1' } });
}
