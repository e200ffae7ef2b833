/** The list of persons: who can be called, and who is in a call or a room. */

import type { Engagements } from '../calls/session-counts.ts';
import type { Directory } from '../directory/directory.ts';
import type { Streamer } from '../directory/entries.ts';
import type { Location } from '../registrar/location.ts';
import { writePage } from './paged-list.ts';
import type { PagedList } from './paged-list.ts';

export interface PeopleListOptions {
  readonly directory: Directory;
  readonly location: Location;
  readonly engagements: Engagements;
}

export class PeopleList implements PagedList {
  readonly name = 'people';
  readonly #options: PeopleListOptions;

  constructor(options: PeopleListOptions) {
    this.#options = options;
  }

  page(offset: number, maxBytes: number): string {
    const { location, engagements } = this.#options;
    const toJson = ({ name }: Streamer): string => JSON.stringify({ name, busy: engagements.of(name) > 0 });
    return writePage({ key: 'people', entries: location.all('person'), total: location.size('person'), toJson }, offset, maxBytes);
  }

  onChange(listener: () => void): void {
    const { engagements, directory } = this.#options;
    engagements.onChange(listener);
    directory.streamers.onChange(({ before, after }) => {
      if (isHere(before) !== isHere(after)) listener();
    });
  }
}

function isHere(entry: Streamer | undefined): boolean {
  return entry?.kind === 'person' && !entry.forgotten;
}
