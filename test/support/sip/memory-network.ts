/** A network of datagrams inside the process, as fast as the clock that is handed in: virtual time needs no sockets. */

import type { Clock } from '../../../shared/sip/timing/clock.ts';
import { TransportError, type Address, type DatagramListener, type Transport } from '../../../shared/sip/transport/transport.ts';

const FIRST_FREE_PORT = 40_000;

export interface MemoryNetworkOptions {
  readonly clock: Clock;
  /** One way, in ms; 0 still delivers later, never inside `send`. */
  readonly delayMs?: number;
}

export interface Sighting {
  readonly at: number;
  readonly from: Address;
  readonly to: Address;
  readonly datagram: Buffer;
}

export class MemoryNetwork {
  readonly clock: Clock;
  readonly delayMs: number;
  /** Every datagram that was sent to anybody, delivered or not. */
  readonly sent: Sighting[] = [];
  readonly #transports = new Map<string, MemoryTransport>();
  #nextPort = FIRST_FREE_PORT;

  constructor(options: MemoryNetworkOptions) {
    this.clock = options.clock;
    this.delayMs = options.delayMs ?? 0;
  }

  /** A transport at this address; port 0 chooses a free one. @throws TransportError (EADDRINUSE) when it is taken */
  attach(address: Address): Transport {
    const local = address.port === 0 ? { host: address.host, port: this.#nextPort++ } : address;
    if (this.#transports.has(key(local))) {
      throw new TransportError(`${key(local)} is taken`, undefined, Object.assign(new Error('bind EADDRINUSE'), { code: 'EADDRINUSE' }));
    }
    const transport = new MemoryTransport(this, local);
    this.#transports.set(key(local), transport);
    return transport;
  }

  /** @internal */
  carry(datagram: Buffer, from: Address, to: Address): void {
    // What the sender does to his buffer afterwards must not reach the other side, as with a real socket.
    const copy = Buffer.from(datagram);
    this.sent.push({ at: this.clock.now(), from, to, datagram: copy });
    this.clock.setTimeout(() => this.#transports.get(key(to))?.deliver(copy, from), this.delayMs);
  }

  /** @internal */
  detach(local: Address): void {
    this.#transports.delete(key(local));
  }
}

function key(address: Address): string {
  return `${address.host} ${address.port}`;
}

class MemoryTransport implements Transport {
  readonly local: Address;
  readonly #network: MemoryNetwork;
  readonly #listeners: DatagramListener[] = [];
  #closed = false;

  constructor(network: MemoryNetwork, local: Address) {
    this.#network = network;
    this.local = local;
  }

  send(datagram: Buffer, to: Address): void {
    if (!this.#closed) this.#network.carry(datagram, this.local, to);
  }

  onDatagram(listener: DatagramListener): void {
    this.#listeners.push(listener);
  }

  /** Nothing ever goes wrong here: whoever is not there hears nothing. */
  onError(): void {
    return;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#network.detach(this.local);
  }

  deliver(datagram: Buffer, from: Address): void {
    for (const listener of this.#listeners) listener(datagram, from);
  }
}
