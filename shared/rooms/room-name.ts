/** How rooms are called in SIP: the user part `room-<id>`, which nobody can register. */

const PREFIX = 'room-';
/** base64url, of which front takes 22 characters. */
const ID = /^[A-Za-z0-9_-]{1,64}$/;

/** The user part of a room's URI. */
export function roomName(id: string): string {
  return PREFIX + id;
}

export function isRoomName(name: string): boolean {
  return name.startsWith(PREFIX);
}

/** @returns the room's id; undefined for what is no room's name */
export function roomId(name: string): string | undefined {
  const id = isRoomName(name) ? name.slice(PREFIX.length) : '';
  return ID.test(id) ? id : undefined;
}
