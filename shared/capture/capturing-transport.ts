/** A transport that writes every datagram it sends and receives into a capture, under the headers it travelled with. */
import type { Address, Transport } from '../sip/transport/transport.ts';
import { blankSecrets } from './blank-secrets.ts';
import { EndpointNames } from './endpoint-names.ts';
import { ipPacket } from './ip-packet.ts';
import type { Endpoint } from './ip-packet.ts';
import type { Direction } from './pcapng-blocks.ts';
import type { PcapngWriter } from './pcapng-writer.ts';
import { TappedTransport } from './tapped-transport.ts';
import type { Tap } from './tapped-transport.ts';

export interface CapturingOptions {
  /** Write digest responses as they are; they are blanked unless asked for. */
  keepSecrets?: boolean;
}

/** Wraps `inner`: to its user nothing changes, and each datagram is in the capture before it is handed on. */
export class CapturingTransport extends TappedTransport {
  constructor(inner: Transport, writer: PcapngWriter, { keepSecrets = false }: CapturingOptions = {}) {
    super(inner, new Recorder(inner.local, writer, keepSecrets));
  }
}

class Recorder implements Tap {
  readonly #local: Address;
  readonly #writer: PcapngWriter;
  readonly #names: EndpointNames;
  readonly #keepSecrets: boolean;
  #identification = 0;

  constructor(local: Address, writer: PcapngWriter, keepSecrets: boolean) {
    this.#local = local;
    this.#writer = writer;
    this.#names = new EndpointNames(local.host);
    this.#keepSecrets = keepSecrets;
  }

  received(datagram: Buffer, from: Address): void {
    this.#record('inbound', datagram, from);
  }

  sending(datagram: Buffer, to: Address): boolean {
    this.#record('outbound', datagram, to);
    return true;
  }

  #record(direction: Direction, datagram: Buffer, remote: Address): void {
    const microseconds = Math.round((performance.timeOrigin + performance.now()) * 1000);
    const payload = Buffer.from(this.#keepSecrets ? datagram : blankSecrets(datagram));
    this.#names.resolve(remote.host, (addresses) => {
      const here: Endpoint = { address: addresses.local, port: this.#local.port };
      const there: Endpoint = { address: addresses.remote, port: remote.port };
      const [source, destination] = direction === 'inbound' ? [there, here] : [here, there];
      this.#identification += 1;
      this.#writer.write({ microseconds, direction, packet: ipPacket(source, destination, payload, this.#identification) });
    });
  }
}
