/** A transport that writes every datagram it sends and receives into a capture, under the headers it travelled with. */
import type { Address, DatagramListener, Transport, TransportErrorListener } from '../sip/transport/transport.ts';
import { blankSecrets } from './blank-secrets.ts';
import { EndpointNames } from './endpoint-names.ts';
import { ipPacket } from './ip-packet.ts';
import type { Endpoint } from './ip-packet.ts';
import type { Direction } from './pcapng-blocks.ts';
import type { PcapngWriter } from './pcapng-writer.ts';

export interface CapturingOptions {
  /** Write digest responses as they are; they are blanked unless asked for. */
  keepSecrets?: boolean;
}

/** Wraps `inner`: to its user nothing changes, and each datagram is in the capture before it is handed on. */
export class CapturingTransport implements Transport {
  readonly #inner: Transport;
  readonly #writer: PcapngWriter;
  readonly #names: EndpointNames;
  readonly #keepSecrets: boolean;
  #identification = 0;

  constructor(inner: Transport, writer: PcapngWriter, { keepSecrets = false }: CapturingOptions = {}) {
    this.#inner = inner;
    this.#writer = writer;
    this.#names = new EndpointNames(inner.local.host);
    this.#keepSecrets = keepSecrets;
  }

  get local(): Address {
    return this.#inner.local;
  }

  send(datagram: Buffer, to: Address): void {
    this.#record('outbound', datagram, to);
    this.#inner.send(datagram, to);
  }

  onDatagram(listener: DatagramListener): void {
    this.#inner.onDatagram((datagram, from) => {
      this.#record('inbound', datagram, from);
      listener(datagram, from);
    });
  }

  onError(listener: TransportErrorListener): void {
    this.#inner.onError(listener);
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }

  #record(direction: Direction, datagram: Buffer, remote: Address): void {
    const microseconds = Math.round((performance.timeOrigin + performance.now()) * 1000);
    const payload = Buffer.from(this.#keepSecrets ? datagram : blankSecrets(datagram));
    this.#names.resolve(remote.host, (addresses) => {
      const here: Endpoint = { address: addresses.local, port: this.#inner.local.port };
      const there: Endpoint = { address: addresses.remote, port: remote.port };
      const [source, destination] = direction === 'inbound' ? [there, here] : [here, there];
      this.#identification += 1;
      this.#writer.write({ microseconds, direction, packet: ipPacket(source, destination, payload, this.#identification) });
    });
  }
}
