/** Why something cannot be done with a room: one answer each, in one wording. */
import { ApiError } from '../api-error.ts';

export function unknownRoom(): ApiError {
  return new ApiError(404, 'unknown-room', 'There is no such room: it may have been removed.');
}

export function notYours(): ApiError {
  return new ApiError(403, 'not-yours', 'This room is not yours: only its owner may do that.');
}

export function titleTaken(title: string): ApiError {
  return new ApiError(409, 'title-taken', `There is a room called "${title}" already: choose another title.`);
}

/** @param most rooms that one account may have */
export function tooManyRooms(most: number): ApiError {
  return new ApiError(429, 'too-many-rooms', `An account may have ${most} rooms: remove one that you no longer need.`);
}

export function inviteOnly(): ApiError {
  return new ApiError(403, 'invite-only', 'Only those who were invited may enter this room: ask its owner for the link.');
}

export function wrongPassword(message: string): ApiError {
  return new ApiError(403, 'wrong-password', message);
}
