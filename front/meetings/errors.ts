/** Why something about a room came to nothing, where several parts meet the same reason: one answer each. */
import { CallRejectedError } from '../../shared/sip/index.ts';
import { ApiError } from '../api-error.ts';

export function notInside(): ApiError {
  return new ApiError(409, 'not-inside', 'This page is not in that room.');
}

export function roomsAway(cause?: unknown): ApiError {
  return new ApiError(503, 'rooms-away', 'There is no server for rooms now, or it does not answer: try again later.', { cause });
}

/** What a page is told whose INVITE to a room came to nothing. */
export function joinFailure(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  if (!(error instanceof CallRejectedError)) return roomsAway(error);
  const { status, reason } = error;
  switch (status) {
    case 486:
      return new ApiError(409, 'room-full', 'The room is full.', { cause: error });
    case 400:
      return new ApiError(400, 'bad-offer', `The room cannot understand the offer (${status} ${reason}).`, { cause: error });
    case 415:
    case 488:
      return new ApiError(406, 'no-common-codec', 'Rooms need Opus and VP8, which your browser does not offer.', { cause: error });
    case 413:
    case 513:
      return new ApiError(413, 'too-large', 'The offer is too large for the room.', { cause: error });
    default:
      return roomsAway(error);
  }
}
