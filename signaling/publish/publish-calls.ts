/** INVITEs of those who publish, to the registered ingest whose address holds the fewest names; on to the next where that one is silent or full. */

import type { SipRequest } from '../../shared/sip/message/message.ts';
import type { KnownAddresses } from '../calls/known-addresses.ts';
import type { Directory } from '../directory/directory.ts';
import type { Streamer } from '../directory/entries.ts';
import { Mistrust } from '../hosts/mistrust.ts';
import { routeAmong, type HostRoute } from '../hosts/route.ts';
import type { Location } from '../registrar/location.ts';
import { Refusal } from '../reply.ts';

export interface PublishCallsOptions {
  readonly directory: Directory;
  readonly location: Location;
  readonly known: KnownAddresses;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export class PublishCalls {
  readonly #options: PublishCallsOptions;
  readonly #mistrust: Mistrust;

  constructor(options: PublishCallsOptions) {
    this.#options = options;
    this.#mistrust = new Mistrust(options.directory, 'ingest', options.now);
  }

  /** @throws Refusal 480 where no ingest is registered */
  route(request: SipRequest): HostRoute {
    const [first, ...others] = this.#mistrust.order([...this.#options.location.all('ingest')].sort((a, b) => this.#load(a) - this.#load(b)));
    if (!first) throw new Refusal(480, 'no process that takes what is published is registered: start a streamer with --publish');
    return routeAmong(request, [first, ...others], this.#mistrust, true);
  }

  #load({ bindings: [{ address }] }: Streamer): number {
    return this.#options.known.count(address);
  }
}
