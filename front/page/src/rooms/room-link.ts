/** Links to a room: inside this page, and for somebody else. */
import type { Room } from '../connection/room.ts';
import { formatRoute } from '../routing/route.ts';

/** With the key where one has it, which admits to rooms by invitation. */
export function roomLink({ id, admission, key }: Pick<Room, 'id' | 'admission' | 'key'>): string {
  return formatRoute({ screen: 'room', id, key: admission === 'invite-only' ? key : undefined });
}

/** @param page the address of this page, of which only what stands before `#` is kept */
export function roomAddress(room: Pick<Room, 'id' | 'admission' | 'key'>, page: string): string {
  const address = new URL(page);
  address.search = '';
  address.hash = roomLink(room);
  return address.href;
}
