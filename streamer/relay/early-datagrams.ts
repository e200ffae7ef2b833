/** What comes for a connection before there is one: the origin checks our addresses as soon as it has our offer, sooner than we have its answer. */
import type { MediaPort } from '../webrtc/media-port.ts';

/** One check of each of its addresses, and some again. */
const MAX_KEPT = 32;

interface Datagram {
  readonly data: Buffer;
  readonly host: string;
  readonly port: number;
}

/** Keeps what comes for a user name until it is let go; the port must not have anybody else of that name meanwhile. */
export class EarlyDatagrams {
  readonly #kept: Datagram[] = [];
  readonly #close: () => void;

  constructor(port: Pick<MediaPort, 'attach'>, username: string) {
    const endpoint = port.attach(username, (data, host, from) => {
      if (this.#kept.length < MAX_KEPT) this.#kept.push({ data: Buffer.from(data), host, port: from });
    });
    this.#close = () => endpoint.close();
  }

  /** Frees the name. @returns what has come, to be received by whoever takes the name */
  release(): readonly Datagram[] {
    this.#close();
    return this.#kept.splice(0);
  }
}
