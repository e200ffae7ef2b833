/** Looks over the daemon's shoulder: tells readers of each datagram, without its secrets, and throws one away when asked. */
import { blankPrivate } from '../../shared/capture/blank-private.ts';
import { EndpointNames } from '../../shared/capture/endpoint-names.ts';
import { addressText } from '../../shared/capture/ip-address.ts';
import type { Tap } from '../../shared/capture/tapped-transport.ts';
import { formatHostPort } from '../../shared/sip/message/host.ts';
import { isKeepAlive } from '../../shared/sip/parser/parser.ts';
import type { Address } from '../../shared/sip/transport/transport.ts';
import { OwnDialogs } from './own-dialogs.ts';
import type { TracedMessage } from './trace-log.ts';

/** Of a longer message readers get the beginning, bytes. */
const MAX_RAW_BYTES = 16 * 1024;
/** Datagrams that may wait to be thrown away. */
const MAX_LOSSES = 10;

export interface TraceTapOptions {
  readonly local: Address;
  /** Milliseconds since 1970, with fractions. */
  readonly now: () => number;
}

type MessageListener = (message: TracedMessage) => void;

export class TraceTap implements Tap {
  readonly own = new OwnDialogs();
  readonly #options: TraceTapOptions;
  readonly #names: EndpointNames;
  #listener: MessageListener | undefined;
  #losses = 0;

  constructor(options: TraceTapOptions) {
    this.#options = options;
    this.#names = new EndpointNames(options.local.host);
  }

  /** Who hears of each message; undefined when nobody reads, and then nothing is looked at nor thrown away. */
  set listener(listener: MessageListener | undefined) {
    this.#listener = listener;
    if (!listener) this.#losses = 0;
  }

  /** Throws away the next datagram that is to be sent, and as many more as this is called again meanwhile. */
  loseNext(): void {
    if (this.#listener) this.#losses = Math.min(this.#losses + 1, MAX_LOSSES);
  }

  received(datagram: Buffer, from: Address): void {
    if (this.#listener && this.#isShown(datagram)) this.#tell(datagram, from, { outbound: false, lost: false });
  }

  sending(datagram: Buffer, to: Address): boolean {
    if (!this.#listener || !this.#isShown(datagram)) return true;
    const lost = this.#losses > 0;
    if (lost) this.#losses--;
    this.#tell(datagram, to, { outbound: true, lost });
    return !lost;
  }

  #isShown(datagram: Buffer): boolean {
    return !isKeepAlive(datagram) && !this.own.includes(datagram.toString('latin1', 0, MAX_RAW_BYTES));
  }

  #tell(datagram: Buffer, remote: Address, how: Pick<TracedMessage, 'outbound' | 'lost'>): void {
    const at = Math.round(this.#options.now() * 1000) / 1000;
    const raw = blankPrivate(datagram.subarray(0, MAX_RAW_BYTES)).toString();
    const bytes = datagram.length > MAX_RAW_BYTES ? datagram.length : undefined;
    this.#names.resolve(remote.host, (addresses) => {
      const here = formatHostPort(addressText(addresses.local), this.#options.local.port);
      const there = formatHostPort(addressText(addresses.remote), remote.port);
      this.#listener?.({ at, raw, bytes, ...how, ...(how.outbound ? { source: here, target: there } : { source: there, target: here }) });
    });
  }
}
