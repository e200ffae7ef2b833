/** One UDP socket for everything that a service says in SIP (RFC 3261 §18). */

import { createSocket, type Socket } from 'node:dgram';
import { isIP, isIPv6 } from 'node:net';
import { HostResolver, type Lookup } from './host-resolver.ts';
import { TransportError, type Address, type DatagramListener, type Transport, type TransportErrorListener } from './transport.ts';

/** Room for some thousand messages while the process is busy; the system may grant less. */
const DEFAULT_RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
/** Datagrams that may wait for a host name to be looked up; more are dropped as the network would. */
const MAX_WAITING_FOR_NAMES = 256;
const MAPPED_IPV4 = '::ffff:';
/** Nobody listened there: the transaction's timer says so in time, and on UDP nothing can be concluded earlier. */
const REFUSED = 'ECONNREFUSED';

export interface UdpTransportOptions {
  /** Address or name of an interface of this machine. */
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  readonly receiveBufferBytes?: number;
  /** Resolver for host names that datagrams are sent to. */
  readonly lookup?: Lookup;
}

export class UdpTransport implements Transport {
  readonly local: Address;
  readonly #socket: Socket;
  readonly #family: 4 | 6;
  readonly #resolver: HostResolver;
  readonly #listeners: DatagramListener[] = [];
  readonly #errorListeners: TransportErrorListener[] = [];
  #closing: Promise<void> | undefined;
  #waitingForNames = 0;
  #refused = 0;

  private constructor(socket: Socket, family: 4 | 6, resolver: HostResolver) {
    this.#socket = socket;
    this.#family = family;
    this.#resolver = resolver;
    const { address, port } = socket.address();
    this.local = { host: address, port };
    socket.on('message', (datagram, { address: host, port: from }) => {
      const source = { host: host.startsWith(MAPPED_IPV4) ? host.slice(MAPPED_IPV4.length) : host, port: from };
      for (const listener of this.#listeners) listener(datagram, source);
    });
    socket.on('error', (error) => this.#report('The UDP socket failed', undefined, error));
  }

  /** Rejects with the system's error (EADDRINUSE, EADDRNOTAVAIL, …) when it cannot listen there. */
  static async bind(options: UdpTransportOptions): Promise<UdpTransport> {
    const lookup = options.lookup === undefined ? {} : { lookup: options.lookup };
    const address = isIP(options.host) === 0 ? await new HostResolver({ family: 0, ...lookup }).resolve(options.host) : options.host;
    const family = isIPv6(address) ? 6 : 4;
    const socket = createSocket({ type: family === 6 ? 'udp6' : 'udp4', lookup: keepLiteral });
    await new Promise<void>((resolve, reject) => {
      socket.once('error', reject);
      socket.bind({ address, port: options.port }, () => {
        socket.off('error', reject);
        resolve();
      });
    }).catch((error: unknown) => {
      socket.close();
      throw error;
    });
    enlargeReceiveBuffer(socket, options.receiveBufferBytes ?? DEFAULT_RECEIVE_BUFFER_BYTES);
    return new UdpTransport(socket, family, new HostResolver({ family: address === '::' ? 0 : family, ...lookup }));
  }

  /** How often a destination said that nobody listens there. */
  get refused(): number {
    return this.#refused;
  }

  send(datagram: Buffer, to: Address): void {
    if (this.#closing !== undefined) return;
    if (isIP(to.host) !== 0) this.#sendTo(datagram, to.host, to);
    else void this.#sendByName(datagram, to);
  }

  onDatagram(listener: DatagramListener): void {
    this.#listeners.push(listener);
  }

  onError(listener: TransportErrorListener): void {
    this.#errorListeners.push(listener);
  }

  close(): Promise<void> {
    return (this.#closing ??= new Promise((resolve) => this.#socket.close(() => resolve())));
  }

  #sendTo(datagram: Buffer, address: string, to: Address): void {
    const mapped = this.#family === 6 && !address.includes(':') ? `${MAPPED_IPV4}${address}` : address;
    try {
      this.#socket.send(datagram, to.port, mapped, (error) => {
        if (error !== null) this.#report(`Could not send ${datagram.length} bytes to ${to.host} port ${to.port}`, to, error);
      });
    } catch (error) {
      // An impossible port, or a socket that has failed.
      this.#report(`Could not send to ${to.host} port ${to.port}`, to, error);
    }
  }

  async #sendByName(datagram: Buffer, to: Address): Promise<void> {
    if (this.#waitingForNames >= MAX_WAITING_FOR_NAMES) {
      this.#report(`Too many datagrams wait for host names; dropped one to ${to.host.slice(0, 80)}`, to, undefined);
      return;
    }
    this.#waitingForNames++;
    try {
      const address = await this.#resolver.resolve(to.host);
      // It may have been closed while the name was looked up.
      if (this.#closing === undefined) this.#sendTo(datagram, address, to);
    } catch (error) {
      this.#report(`Cannot find the host ${JSON.stringify(to.host.slice(0, 80))}`, to, error);
    } finally {
      this.#waitingForNames--;
    }
  }

  #report(message: string, to: Address | undefined, cause: unknown): void {
    const error = new TransportError(message, to, cause);
    if (error.code === REFUSED) {
      this.#refused++;
      return;
    }
    for (const listener of this.#errorListeners) listener(error);
  }
}

/** Addresses reach the socket as literals of its own family: answering at once saves a turn of the event loop for each datagram. */
function keepLiteral(host: string, _options: unknown, callback: (error: Error | null, address: string, family: number) => void): void {
  callback(null, host, 0);
}

function enlargeReceiveBuffer(socket: Socket, bytes: number): void {
  try {
    socket.setRecvBufferSize(bytes);
  } catch {
    // Some systems refuse what exceeds their limit instead of granting less; their default works, for fewer bursts.
  }
}
