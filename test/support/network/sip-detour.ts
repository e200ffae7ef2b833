/**
 * Between a process and its daemon: what the two say of where media is to be found is changed, so that media takes a detour over a relay of the
 * test's own. The process is told the detour's `near` as its daemon, and advertises its `far`.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Address } from '../../../shared/sip/transport/transport.ts';
import { MediaRelay } from './media-relay.ts';

/** Nobody listens there; as many digits as any port, so that lengths stay what they are. */
const NOWHERE = '00009';
const CANDIDATE_PORT = /(a=candidate:\S+ 1 udp \d+ (\S+) )(\d{5})(?= typ)/gi;
const ANY_CANDIDATE_PORT = /(a=candidate:\S+ 1 udp \d+ \S+ )\d{5}(?= typ)/gi;

export class SipDetour {
  readonly near: Address;
  readonly far: Address;
  readonly #near: Socket;
  readonly #far: Socket;
  readonly #daemon: Address;
  readonly #media = new Map<string, Promise<MediaRelay>>();
  #process: Address | undefined;
  #closed = false;

  private constructor(near: Socket, far: Socket, daemon: Address) {
    this.#near = near;
    this.#far = far;
    this.#daemon = daemon;
    this.near = { host: near.address().address, port: near.address().port };
    this.far = { host: far.address().address, port: far.address().port };
    near.on('message', (datagram, from) => {
      this.#process = { host: from.address, port: from.port };
      // What is not told cannot be checked, and the way around us not be found.
      const hidden = Buffer.from(datagram.toString('latin1').replaceAll(ANY_CANDIDATE_PORT, `$1${NOWHERE}`), 'latin1');
      far.send(hidden, this.#daemon.port, this.#daemon.host);
    });
    far.on('message', (datagram) => void this.#fromDaemon(datagram));
  }

  static async start(daemon: Address): Promise<SipDetour> {
    return new SipDetour(await boundSocket(), await boundSocket(), daemon);
  }

  /** The relays that media goes over, one for each port that was named. */
  media(): Promise<MediaRelay[]> {
    return Promise.all(this.#media.values());
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const relay of await this.media()) await relay.close();
    await Promise.all([this.#near, this.#far].map((socket) => new Promise<void>((resolve) => void socket.close(() => resolve()))));
  }

  async #fromDaemon(datagram: Buffer): Promise<void> {
    let text = datagram.toString('latin1');
    for (const [line, before = '', host = '', port = ''] of [...text.matchAll(CANDIDATE_PORT)]) {
      const key = `${host}:${port}`;
      let relay = this.#media.get(key);
      if (relay === undefined) this.#media.set(key, (relay = MediaRelay.start({ host, port: Number(port) })));
      text = text.replace(line, before + String((await relay).port).padStart(NOWHERE.length, '0'));
    }
    if (this.#process && !this.#closed) this.#near.send(Buffer.from(text, 'latin1'), this.#process.port, this.#process.host);
  }
}

async function boundSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.on('error', () => undefined);
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}
