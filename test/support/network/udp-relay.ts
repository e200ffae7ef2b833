/** A bad network between real processes: a UDP relay that loses, doubles and delays datagrams, alike for each seed. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Address } from '../../../shared/sip/transport/transport.ts';
import type { Impairment } from '../sip/lossy-transport.ts';
import { seededRandom } from '../sip/seeded-random.ts';

type Direction = 'toTarget' | 'fromTarget';

export interface UdpRelayOptions {
  target: Address;
  seed: number;
  /** What befalls datagrams on their way to the target, and back. */
  toTarget?: Impairment;
  fromTarget?: Impairment;
  /** Datagrams that vanish for certain, whatever chance says; asked once for each. */
  loses?: Partial<Record<Direction, (datagram: Buffer) => boolean>>;
}

export interface RelayCount {
  passed: number;
  lost: number;
  doubled: number;
}

/** Each client gets a socket of its own towards the target, so that answers find their way back. */
export class UdpRelay {
  readonly address: Address;
  readonly counts: Record<Direction, RelayCount> = { toTarget: noCount(), fromTarget: noCount() };
  readonly #socket: Socket;
  readonly #options: UdpRelayOptions;
  /** One a direction, so that what befalls one does not depend on how they interleave. */
  readonly #random: Record<Direction, () => number>;
  readonly #upstream = new Map<string, Promise<Socket>>();
  #closed = false;

  private constructor(socket: Socket, options: UdpRelayOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#random = { toTarget: seededRandom(options.seed), fromTarget: seededRandom(-options.seed - 1) };
    this.address = { host: socket.address().address, port: socket.address().port };
    socket.on('message', (datagram, client) => void this.#fromClient(datagram, { host: client.address, port: client.port }));
  }

  static async start(options: UdpRelayOptions): Promise<UdpRelay> {
    return new UdpRelay(await boundSocket(), options);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const sockets = [this.#socket, ...(await Promise.all(this.#upstream.values()))];
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => void socket.close(() => resolve()))));
  }

  async #fromClient(datagram: Buffer, client: Address): Promise<void> {
    const { target } = this.#options;
    const upstream = await this.#upstreamOf(client);
    this.#impair('toTarget', datagram, () => upstream.send(datagram, target.port, target.host));
  }

  #upstreamOf(client: Address): Promise<Socket> {
    const key = `${client.host}:${client.port}`;
    const known = this.#upstream.get(key);
    if (known !== undefined) return known;
    const opened = boundSocket();
    this.#upstream.set(key, opened);
    void opened.then((socket) => {
      socket.on('message', (datagram) => this.#impair('fromTarget', datagram, () => this.#socket.send(datagram, client.port, client.host)));
    });
    return opened;
  }

  #impair(direction: Direction, datagram: Buffer, pass: () => void): void {
    const { loss = 0, duplication = 0, maxDelayMs = 0 } = this.#options[direction] ?? {};
    const count = this.counts[direction];
    const random = this.#random[direction];
    if (random() < loss || this.#options.loses?.[direction]?.(datagram) === true) {
      count.lost += 1;
      return;
    }
    const copies = random() < duplication ? 2 : 1;
    count.passed += 1;
    count.doubled += copies - 1;
    for (let copy = 0; copy < copies; copy += 1) {
      if (maxDelayMs === 0) this.#passUnlessClosed(pass);
      else setTimeout(() => this.#passUnlessClosed(pass), random() * maxDelayMs).unref();
    }
  }

  #passUnlessClosed(pass: () => void): void {
    if (!this.#closed) pass();
  }
}

function noCount(): RelayCount {
  return { passed: 0, lost: 0, doubled: 0 };
}

async function boundSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  // Nobody listening at the other end is an ordinary thing on UDP.
  socket.on('error', () => undefined);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}
