/** The list of streamers: what there is to watch. */

import { sipUri } from '../../shared/sip/message/uri.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';
import type { Viewers } from '../calls/session-counts.ts';
import type { Directory } from '../directory/directory.ts';
import type { Streamer } from '../directory/entries.ts';
import type { Location } from '../registrar/location.ts';
import { writePage } from './paged-list.ts';
import type { PagedList } from './paged-list.ts';

export interface StreamerListOptions {
  readonly directory: Directory;
  readonly location: Location;
  readonly viewers: Viewers;
  /** Host and port that addresses of record carry. */
  readonly domain: Address;
}

/** One streamer of the list, as front and other readers see it. */
export interface ListedStreamer {
  readonly name: string;
  /** Its address of record. */
  readonly address: string;
  readonly title: string;
  readonly image: string;
  readonly description: string;
  readonly codecs: { readonly audio: readonly string[]; readonly video: readonly string[] };
  readonly viewers: number;
  readonly mode?: 'vod';
  readonly renditions?: readonly string[];
}

export class StreamerList implements PagedList {
  readonly name = 'directory';
  readonly #options: StreamerListOptions;

  constructor(options: StreamerListOptions) {
    this.#options = options;
  }

  page(offset: number, maxBytes: number): string {
    const { location } = this.#options;
    return writePage({ key: 'streamers', entries: location.all('streamer'), total: location.size('streamer'), toJson: (streamer) => JSON.stringify(this.#listed(streamer)) }, offset, maxBytes);
  }

  onChange(listener: () => void): void {
    const { viewers, directory } = this.#options;
    viewers.onChange(listener);
    directory.streamers.onChange(({ before, after }) => {
      const isStreamer = before?.kind === 'streamer' || after?.kind === 'streamer';
      if (isStreamer && (before?.forgotten !== true || after?.forgotten !== true)) listener();
    });
  }

  #listed({ name, info }: Streamer): ListedStreamer {
    const { domain, viewers } = this.#options;
    return {
      name,
      address: sipUri(name, domain.host, domain.port),
      title: info.title,
      image: info.image,
      description: info.description,
      codecs: info.codecs,
      viewers: viewers.of(name),
      ...(info.mode && { mode: info.mode }),
      ...(info.renditions && { renditions: info.renditions }),
    };
  }
}
