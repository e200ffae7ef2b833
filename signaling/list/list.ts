/** The list of streamers as JSON, in pages that fit one datagram. */

import { sipUri } from '../../shared/sip/message/uri.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';
import type { Viewers } from '../calls/viewers.ts';
import type { Directory } from '../directory/directory.ts';
import type { Streamer } from '../directory/entries.ts';
import type { Location } from '../registrar/location.ts';

/** What RFC 3261 §18.1.1 lets a message have without knowing the path's MTU, bytes. */
export const MAX_DATAGRAM_BYTES = 1300;
/** `{"streamers":[],"total":99999,"next":99999}` */
const ENVELOPE_BYTES = 48;

export interface ListOptions {
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

export class StreamerList {
  readonly #options: ListOptions;

  constructor(options: ListOptions) {
    this.#options = options;
  }

  /**
   * One page of the list as JSON: `{"streamers":[…],"total":n}`, and `"next":k` where more follow.
   * @param offset streamers to pass over
   * @param maxBytes what the JSON may have; a single streamer that has more comes all the same
   */
  page(offset: number, maxBytes: number): string {
    const items: string[] = [];
    let room = maxBytes - ENVELOPE_BYTES;
    let position = 0;
    let more = false;
    for (const streamer of this.#options.location.all()) {
      if (position++ < offset) continue;
      const item = JSON.stringify(this.#listed(streamer));
      room -= Buffer.byteLength(item) + 1;
      more = room < 0 && items.length > 0;
      if (more) break;
      items.push(item);
    }
    const next = more ? `,"next":${offset + items.length}` : '';
    return `{"streamers":[${items.join(',')}],"total":${this.#options.location.size}${next}}`;
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
