/** What the layers above need of a network: datagrams in and out, and nothing about sockets (RFC 3261 §18). */

/** `host` is an IP literal without brackets, or a name where something is to be sent to it. */
export interface Address {
  readonly host: string;
  readonly port: number;
}

export type DatagramListener = (datagram: Buffer, from: Address) => void;
export type TransportErrorListener = (error: TransportError) => void;

export interface Transport {
  /** Where it really listens; the port is never 0. */
  readonly local: Address;
  /** Never throws, never waits: what goes wrong is reported to the `onError` listeners. Nothing is sent after `close`. */
  send(datagram: Buffer, to: Address): void;
  onDatagram(listener: DatagramListener): void;
  onError(listener: TransportErrorListener): void;
  /** Resolves when no more datagrams will be delivered; may be called more than once. */
  close(): Promise<void>;
}

/** A datagram that could not be sent, or a socket that failed. */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  /** The system's code, such as `EMSGSIZE` or `ENOTFOUND`, where there is one. */
  readonly code: string | undefined;
  /** Where the datagram should have gone; undefined when the socket itself failed. */
  readonly to: Address | undefined;

  constructor(message: string, to: Address | undefined, cause: unknown) {
    super(message, { cause });
    this.to = to;
    this.code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : undefined;
  }
}
