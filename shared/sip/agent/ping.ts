/** OPTIONS to a server, to hear whether it is there (RFC 3261 §11): any answer will do, a challenge too. */

import { formatHostPort } from '../message/host.ts';
import { sipUri } from '../message/uri.ts';
import type { SipRequest } from '../message/message.ts';
import type { Servers } from '../locating/servers.ts';
import type { ClientTransaction } from '../transaction/client.ts';
import type { TransactionLayer } from '../transaction/layer.ts';
import type { Address } from '../transport/transport.ts';
import type { RequestOptions } from './create-request.ts';

/** A server that would have much to tell is not asked for it: it is told that we read no such thing. */
const NOTHING_TO_TELL = 'text/plain';

export interface PingerOptions {
  readonly layer: TransactionLayer;
  readonly servers: Servers;
  readonly createRequest: (method: string, uri: string, options: RequestOptions) => SipRequest;
}

export class Pinger {
  readonly #options: PingerOptions;
  /** By server: a question is given up for the next. */
  readonly #asked = new Map<string, ClientTransaction>();

  constructor(options: PingerOptions) {
    this.#options = options;
  }

  ask(server: Address): void {
    const { layer, servers, createRequest } = this.#options;
    const place = formatHostPort(server.host, server.port);
    const from = sipUri(undefined, layer.sentBy.host, layer.sentBy.port);
    const request = createRequest('OPTIONS', `sip:${place}`, { from, headers: { Accept: NOTHING_TO_TELL } });
    this.#asked.get(place)?.abandon();
    this.#asked.delete(place);
    try {
      const transaction = layer.send(request, server, {
        onResponse: () => servers.hears(server),
        onTimeout: () => undefined,
        onTransportError: () => undefined,
      });
      this.#asked.set(place, transaction);
    } catch {
      // There are more transactions than there may be; that says nothing of the server, and the next question comes soon.
    }
  }

  close(): void {
    for (const transaction of this.#asked.values()) transaction.abandon();
    this.#asked.clear();
  }
}
