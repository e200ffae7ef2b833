/** Chat in a room: MESSAGE with a CPIM body (RFC 3428, RFC 3862) to the focus, and from it. */
import { CPIM_TYPE, CpimError, formatCpim, parseCpim } from '../../shared/cpim/cpim.ts';
import { isRoomName } from '../../shared/rooms/room-name.ts';
import { parseUri, SipSyntaxError } from '../../shared/sip/index.ts';
import type { Dialog, SipRequest, SipResponse } from '../../shared/sip/index.ts';
import { ApiError } from '../api-error.ts';
import { emptyText, readable, textTooLarge, tooManyTexts } from '../chat/text.ts';
import { nameSchema } from '../viewers/name.ts';
import { notInside } from './errors.ts';

export interface RoomText {
  /** Undefined for the greeting, which is the room's own. */
  readonly from: string | undefined;
  /** Undefined for all in the room. */
  readonly to: string | undefined;
  /** RFC 3339. */
  readonly time: string | undefined;
  readonly text: string;
}

/**
 * Sends a text in the member's dialog.
 * @param message from and to are addresses
 * @throws ApiError 400 `empty-text`, 404 `unknown-person`, 413 `too-large`, 429 `too-many-requests`, 404 `not-inside`, 504 `rooms-away`
 */
export async function sayInRoom(dialog: Dialog, message: { text: string; from: string; to: string }): Promise<void> {
  let response: SipResponse;
  try {
    response = await dialog.request('MESSAGE', { body: formatCpim(message), contentType: CPIM_TYPE });
  } catch (error) {
    throw new ApiError(504, 'rooms-away', 'The room’s server does not answer.', { cause: error });
  }
  const { status, reason } = response;
  switch (status) {
    case 400:
      throw emptyText();
    case 404:
      throw new ApiError(404, 'unknown-person', 'Nobody of that name is in the room.');
    case 413:
      throw textTooLarge();
    case 481:
      throw notInside();
    case 503:
      throw tooManyTexts();
    default:
      if (status >= 300) throw new ApiError(502, 'rooms-away', `The room did not take the text (${status} ${reason}).`);
  }
}

/** A text that the focus sends. @returns undefined for anything else */
export function readRoomText(request: SipRequest): RoomText | undefined {
  if (request.contentType !== CPIM_TYPE) return undefined;
  try {
    const { from, to, dateTime, text } = parseCpim(request.bodyText());
    const time = dateTime !== undefined && !Number.isNaN(Date.parse(dateTime)) ? new Date(dateTime).toISOString() : undefined;
    return { from: personOf(from), to: personOf(to), time, text: readable(text) };
  } catch (error) {
    if (error instanceof CpimError || error instanceof SipSyntaxError) return undefined;
    throw error;
  }
}

/** @returns undefined for a room, and where nobody is named */
function personOf(uri: string): string | undefined {
  const user = uri === '' ? undefined : parseUri(uri).user;
  return user === undefined || isRoomName(user) ? undefined : nameSchema.safeParse(user).data;
}
