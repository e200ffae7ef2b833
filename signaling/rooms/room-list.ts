/** The list of rooms with somebody inside. */

import { writePage } from '../list/paged-list.ts';
import type { PagedList } from '../list/paged-list.ts';
import type { RoomMembers } from './members.ts';

/** What the members of one room may take, bytes: a room cannot be spread over pages, and a datagram holds 65 kB. */
const MAX_MEMBERS_BYTES = 8000;

export class RoomList implements PagedList {
  readonly name = 'rooms';
  readonly #members: RoomMembers;

  constructor(members: RoomMembers) {
    this.#members = members;
  }

  page(offset: number, maxBytes: number): string {
    return writePage({ key: 'rooms', entries: this.#members.all(), total: this.#members.size, toJson: roomJson }, offset, maxBytes);
  }

  onChange(listener: () => void): void {
    this.#members.onChange(listener);
  }
}

/** `{"id","members":[…]}`, and `"more":n` where so many names did not find room. */
function roomJson({ id, names }: { id: string; names: Iterable<string> }): string {
  const members: string[] = [];
  let bytes = 0;
  let more = 0;
  for (const name of names) {
    bytes += Buffer.byteLength(JSON.stringify(name)) + 1;
    if (bytes > MAX_MEMBERS_BYTES) more++;
    else members.push(name);
  }
  return JSON.stringify({ id, members, ...(more > 0 ? { more } : {}) });
}
