/** A bad network around any transport: datagrams get lost, doubled, late and out of order, the same way for the same seed. */

import type { Clock } from '../../../shared/sip/timing/clock.ts';
import type { Address, DatagramListener, Transport, TransportErrorListener } from '../../../shared/sip/transport/transport.ts';
import { seededRandom } from './seeded-random.ts';

export interface Impairment {
  /** Share of datagrams that vanish, 0 to 1. */
  readonly loss?: number;
  /** Share of the others that come twice. */
  readonly duplication?: number;
  /** Each copy waits for a random time up to this many ms, so that they overtake each other. */
  readonly maxDelayMs?: number;
}

export interface LossyTransportOptions {
  readonly seed: number;
  readonly clock: Clock;
  readonly outgoing?: Impairment;
  readonly incoming?: Impairment;
}

export class LossyTransport implements Transport {
  readonly #inner: Transport;
  readonly #options: LossyTransportOptions;
  readonly #random: () => number;
  readonly #listeners: DatagramListener[] = [];
  /** How many datagrams vanished so far, by direction. */
  readonly lost = { outgoing: 0, incoming: 0 };
  #closed = false;

  constructor(inner: Transport, options: LossyTransportOptions) {
    this.#inner = inner;
    this.#options = options;
    this.#random = seededRandom(options.seed);
    inner.onDatagram((datagram, from) => {
      this.#impair('incoming', () => {
        for (const listener of this.#listeners) listener(datagram, from);
      });
    });
  }

  get local(): Address {
    return this.#inner.local;
  }

  send(datagram: Buffer, to: Address): void {
    this.#impair('outgoing', () => this.#inner.send(datagram, to));
  }

  onDatagram(listener: DatagramListener): void {
    this.#listeners.push(listener);
  }

  onError(listener: TransportErrorListener): void {
    this.#inner.onError(listener);
  }

  close(): Promise<void> {
    this.#closed = true;
    return this.#inner.close();
  }

  #impair(direction: 'outgoing' | 'incoming', pass: () => void): void {
    const { loss = 0, duplication = 0, maxDelayMs = 0 } = this.#options[direction] ?? {};
    if (this.#random() < loss) {
      this.lost[direction]++;
      return;
    }
    const copies = this.#random() < duplication ? 2 : 1;
    for (let copy = 0; copy < copies; copy++) {
      if (maxDelayMs === 0) pass();
      else this.#options.clock.setTimeout(() => this.#closed || pass(), this.#random() * maxDelayMs);
    }
  }
}
