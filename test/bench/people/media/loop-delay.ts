/** How late the bench itself is: datagrams with their times from one of its sockets to another, as often as a member sends pictures. */
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Delays } from '../../media/viewer/arrivals.ts';

const INTERVAL_MS = 20;
/** As long as a packet of a picture. */
const DATAGRAM_BYTES = 1_100;

export class LoopDelay {
  /** Where delays are noted, if anywhere. */
  delays: Delays | undefined;
  readonly #sockets: readonly Socket[];
  readonly #timer: NodeJS.Timeout;

  private constructor(from: Socket, to: Socket, host: string) {
    this.#sockets = [from, to];
    to.on('message', (datagram) => this.delays?.add(performance.now() - datagram.readDoubleBE(0)));
    const { port } = to.address();
    this.#timer = setInterval(() => {
      const datagram = Buffer.alloc(DATAGRAM_BYTES);
      datagram.writeDoubleBE(performance.now(), 0);
      from.send(datagram, port, host, () => undefined);
    }, INTERVAL_MS);
  }

  static async open(host: string): Promise<LoopDelay> {
    const [from, to] = [createSocket('udp4'), createSocket('udp4')];
    for (const socket of [from, to]) {
      socket.bind(0, host);
      await once(socket, 'listening');
    }
    return new LoopDelay(from, to, host);
  }

  close(): void {
    clearInterval(this.#timer);
    for (const socket of this.#sockets) socket.close();
  }
}
