/** What the daemon's lists have in common: JSON in pages that fit one datagram, by OPTIONS or as an event package (RFC 6665). */

/** What RFC 3261 §18.1.1 lets a message have without knowing the path's MTU, bytes. */
export const MAX_DATAGRAM_BYTES = 1300;
export const LIST_CONTENT_TYPE = 'application/json';
/** `{"streamers":[],"total":99999,"next":99999}` */
const ENVELOPE_BYTES = 48;

export interface PagedList {
  /** Its event package, and what OPTIONS asks for it by. */
  readonly name: string;
  /**
   * One page as JSON: `{"<entries>":[…],"total":n}`, and `"next":k` where more follow.
   * @param offset entries to pass over
   * @param maxBytes what the JSON may have; a single entry that has more comes all the same
   */
  page(offset: number, maxBytes: number): string;
  /** Calls `listener` whenever what it shows may have changed. */
  onChange(listener: () => void): void;
}

/** The lists by name; the first is meant where nobody says which. */
export type Lists = readonly [PagedList, ...PagedList[]];

export interface Entries<T> {
  /** What they are called in the JSON. */
  readonly key: string;
  /** All of them, in an order that stays. */
  readonly entries: Iterable<T>;
  readonly total: number;
  /** One of them as JSON. */
  readonly toJson: (entry: T) => string;
}

/** See {@link PagedList.page}. */
export function writePage<T>({ key, entries, total, toJson }: Entries<T>, offset: number, maxBytes: number): string {
  const shown: string[] = [];
  let room = maxBytes - ENVELOPE_BYTES;
  let position = 0;
  let more = false;
  for (const entry of entries) {
    if (position++ < offset) continue;
    const item = toJson(entry);
    room -= Buffer.byteLength(item) + 1;
    more = room < 0 && shown.length > 0;
    if (more) break;
    shown.push(item);
  }
  const next = more ? `,"next":${offset + shown.length}` : '';
  return `{"${key}":[${shown.join(',')}],"total":${total}${next}}`;
}
