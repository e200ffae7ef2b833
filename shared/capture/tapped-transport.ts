/** A transport that lets somebody see every datagram that it sends and receives, and keep one from being sent. */
import type { Address, DatagramListener, Transport, TransportErrorListener } from '../sip/transport/transport.ts';

export interface Tap {
  /** A datagram has come, and is about to be handed on. */
  received(datagram: Buffer, from: Address): void;
  /** A datagram is about to be sent. @returns false to throw it away */
  sending(datagram: Buffer, to: Address): boolean;
}

/** Wraps `inner`: to its user nothing changes. */
export class TappedTransport implements Transport {
  readonly #inner: Transport;
  readonly #tap: Tap;

  constructor(inner: Transport, tap: Tap) {
    this.#inner = inner;
    this.#tap = tap;
  }

  get local(): Address {
    return this.#inner.local;
  }

  send(datagram: Buffer, to: Address): void {
    if (this.#tap.sending(datagram, to)) this.#inner.send(datagram, to);
  }

  onDatagram(listener: DatagramListener): void {
    this.#inner.onDatagram((datagram, from) => {
      this.#tap.received(datagram, from);
      listener(datagram, from);
    });
  }

  onError(listener: TransportErrorListener): void {
    this.#inner.onError(listener);
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }
}
