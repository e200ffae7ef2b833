/** Addresses of record in the signaling daemon's domain (RFC 3261 §6): `sip:<name>@<host>[:port]`. */
import type { Parameters } from '../../shared/sip/message/parameters.ts';
import { sipUri } from '../../shared/sip/message/uri.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';

const DEFAULT_PORT = 5060;

export class Domain {
  /** Where the daemon's socket is. */
  readonly nextHop: Address;
  /** The daemon itself: what OPTIONS and SUBSCRIBE are sent to. */
  readonly uri: string;

  constructor(signaling: Address) {
    this.nextHop = signaling;
    this.uri = this.#uri(undefined);
  }

  /** The address of record of a viewer, a streamer or a room; whatever the name and the parameters hold is escaped. */
  addressOf(name: string, parameters?: Parameters): string {
    return this.#uri(name, parameters);
  }

  #uri(user: string | undefined, parameters?: Parameters): string {
    const { host, port } = this.nextHop;
    return sipUri(user, host, port === DEFAULT_PORT ? undefined : port, parameters);
  }
}
