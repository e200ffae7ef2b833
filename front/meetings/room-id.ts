/** How rooms are called: an id in HTTP and on the WebSocket, `room-<id>` in SIP. */
import { z } from 'zod';

const PREFIX = 'room-';
const ID = /^[\w-]{1,64}$/;

export const roomIdSchema = z.string('must be a text').regex(ID, 'must be a room’s id');

/** The user part of a room's SIP address. */
export function roomUser(id: string): string {
  return PREFIX + id;
}

/** @returns undefined where the user part of an address is no room's */
export function roomOfUser(user: string | undefined): string | undefined {
  const id = user?.startsWith(PREFIX) === true ? user.slice(PREFIX.length) : undefined;
  return id !== undefined && ID.test(id) ? id : undefined;
}
