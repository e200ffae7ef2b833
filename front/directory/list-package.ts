/** An event package of the signaling daemon (RFC 6665) whose state is a list, in pages that fit one datagram each. */

export interface ListPage<Entry> {
  readonly entries: readonly Entry[];
  /** How many entries could not be used. */
  readonly dropped: number;
  /** Offset of the page that follows, when one does. */
  readonly next: number | undefined;
}

export interface ListPackage<Entry> {
  /** Name of the event, and of the list where OPTIONS asks for a page of it. */
  readonly event: string;
  /** What its state is called in sentences: `directory`. */
  readonly noun: string;
  /** Entries that are looked at, whatever the daemon says. */
  readonly maxEntries: number;
  /** What tells one entry from another. */
  readonly idOf: (entry: Entry) => string;
  /** @returns undefined when the text is no such list at all */
  readonly readPage: (json: string) => ListPage<Entry> | undefined;
}
