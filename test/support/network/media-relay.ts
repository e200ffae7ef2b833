/**
 * A viewer's way to a streamer, as narrow and lossy as a test wants it at the moment: a relay for his media in both directions, with
 * a bottleneck and its queue on the way to him. The page is made to use it by {@link ./detour.ts}.
 */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Address } from '../../../shared/sip/transport/transport.ts';
import { seededRandom } from '../sip/seeded-random.ts';

export interface WayState {
  /** Of the bottleneck; wide open unless given. */
  readonly bitsPerSecond?: number;
  /** What would wait longer before the bottleneck is dropped. */
  readonly queueMs?: number;
  /** Part of the packets of media (RTP) to the viewer that vanish, 0 to 1. */
  readonly loss?: number;
  /** The same for what comes from him. */
  readonly lossFromViewer?: number;
}

const QUEUE_MS = 1_000;
const SEED = 7;
/** RTP and RTCP begin with version 2; RTCP's packet types lie here (RFC 5761 §4). */
const RTCP = { from: 192, to: 223 };

function isMedia(datagram: Buffer): boolean {
  const [first = 0, second = 0] = datagram;
  return first >> 6 === 2 && !(second >= RTCP.from && second <= RTCP.to);
}

export class MediaRelay {
  readonly port: number;
  /** Of media, on its way to the viewer. */
  readonly counts = { passed: 0, lost: 0, overflowed: 0 };
  readonly #socket: Socket;
  readonly #target: Address;
  readonly #upstream = new Map<string, Promise<Socket>>();
  readonly #random = seededRandom(SEED);
  #state: WayState = {};
  #queue: { readonly dueMs: number; readonly pass: () => void }[] = [];
  #freeMs = 0;
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  private constructor(socket: Socket, target: Address) {
    this.#socket = socket;
    this.#target = target;
    this.port = socket.address().port;
    socket.on('message', (datagram, client) => void this.#fromViewer(datagram, client.address, client.port));
  }

  /** @param target where the streamer sends media from, at an address that is not loopback's if Firefox is to use it */
  static async start(target: Address): Promise<MediaRelay> {
    return new MediaRelay(await boundSocket(), target);
  }

  /** From now on. */
  become(state: WayState): void {
    this.#state = state;
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const sockets = [this.#socket, ...(await Promise.all(this.#upstream.values()))];
    await Promise.all(sockets.map((socket) => new Promise<void>((resolve) => void socket.close(() => resolve()))));
  }

  async #fromViewer(datagram: Buffer, address: string, port: number): Promise<void> {
    const key = `${address}:${port}`;
    let upstream = this.#upstream.get(key);
    if (upstream === undefined) {
      upstream = boundSocket();
      this.#upstream.set(key, upstream);
      void upstream.then((socket) => socket.on('message', (answer) => this.#toViewer(answer, () => this.#closed || this.#socket.send(answer, port, address))));
    }
    const socket = await upstream;
    if (isMedia(datagram) && this.#random() < (this.#state.lossFromViewer ?? 0)) return;
    if (!this.#closed) socket.send(datagram, this.#target.port, this.#target.host);
  }

  #toViewer(datagram: Buffer, pass: () => void): void {
    const { loss = 0, bitsPerSecond = Infinity, queueMs = QUEUE_MS } = this.#state;
    const media = isMedia(datagram);
    if (media && this.#random() < loss) {
      this.counts.lost++;
      return;
    }
    const now = performance.now();
    this.#freeMs = Math.max(this.#freeMs, now);
    if (this.#freeMs - now > queueMs) {
      this.counts.overflowed++;
      return;
    }
    if (media) this.counts.passed++;
    this.#freeMs += (datagram.length * 8 * 1000) / bitsPerSecond;
    this.#queue.push({ dueMs: this.#freeMs, pass });
    this.#drain();
  }

  #drain(): void {
    const now = performance.now();
    while (this.#queue[0] && this.#queue[0].dueMs <= now) this.#queue.shift()?.pass();
    clearTimeout(this.#timer);
    if (this.#queue[0]) this.#timer = setTimeout(() => this.#drain(), Math.max(1, this.#queue[0].dueMs - now));
  }
}

/** At every address: Firefox wants none of loopback, and takes itself for unreachable where it is told that it came from there. */
async function boundSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  // Nobody listening at the other end is an ordinary thing on UDP.
  socket.on('error', () => undefined);
  socket.bind(0, '0.0.0.0');
  await once(socket, 'listening');
  return socket;
}
