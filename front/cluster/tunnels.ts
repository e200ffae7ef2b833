/** WebSockets whose page is at home at another front: what the two say goes through untouched, both ways. */
import { STATUS_CODES } from 'node:http';
import type { ClientRequest, IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { asFault, FrontUnreachable, passable } from './forwarding.ts';
import type { Forwarding, Outgoing } from './forwarding.ts';
import type { Fronts } from './fronts.ts';
import type { FrontEntry } from './shared-state.ts';

/** Until the other front has answered the upgrade, ms. */
const ANSWER_LIMIT_MS = 5_000;

export class Tunnels {
  readonly #forwarding: Forwarding;
  readonly #clock: Clock;
  /** With the front that each goes to. */
  readonly #open = new Map<Duplex, string>();

  constructor(forwarding: Forwarding, fronts: Pick<Fronts, 'onGone'>, clock: Clock) {
    this.#forwarding = forwarding;
    this.#clock = clock;
    // A machine that is gone says nothing, and a page that waits for it would find out much later.
    fronts.onGone((gone) => {
      for (const [socket, front] of this.#open) if (front === gone) socket.destroy();
    });
  }

  /** WebSockets that go through here to other fronts. */
  get size(): number {
    return this.#open.size;
  }

  /**
   * Joins a client's connection with one to another front; resolves when that has answered, whatever it said.
   * @param head what the client has sent already
   * @throws FrontGone or FrontUnreachable, with nothing said to the client
   */
  async join(front: FrontEntry, outgoing: Outgoing, socket: Duplex, head: Buffer): Promise<void> {
    const request = this.#forwarding.upgrade(front, outgoing);
    const cancel = this.#clock.setTimeout(() => request.destroy(new FrontUnreachable(`no answer to an upgrade within ${ANSWER_LIMIT_MS} ms`)), ANSWER_LIMIT_MS);
    const leave = (): void => void request.destroy();
    socket.once('close', leave);
    try {
      await this.#answered(request, front, socket, head);
    } finally {
      cancel();
      socket.off('close', leave);
    }
  }

  /** Ends all of them. */
  close(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }

  #answered(request: ClientRequest, front: FrontEntry, socket: Duplex, head: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      request.once('upgrade', (answer, upstream: Socket, first: Buffer) => {
        socket.write(headOf(answer, { ...passable(answer.headers), connection: 'Upgrade', upgrade: answer.headers.upgrade }));
        if (first.length > 0) socket.write(first);
        if (head.length > 0) upstream.write(head);
        this.#pipe(front, socket, upstream);
        resolve();
      });
      request.once('response', (answer) => {
        socket.write(headOf(answer, { ...passable(answer.headers), connection: 'close' }));
        answer.pipe(socket);
        answer.once('error', () => socket.destroy());
        resolve();
      });
      request.once('error', (error) => (socket.destroyed ? resolve() : reject(asFault(error, front))));
      request.end();
    });
  }

  #pipe({ id }: FrontEntry, socket: Duplex, upstream: Socket): void {
    upstream.setNoDelay(true);
    if ('setNoDelay' in socket) (socket as Socket).setNoDelay(true);
    this.#open.set(socket, id);
    const end = (): void => {
      this.#open.delete(socket);
      socket.destroy();
      upstream.destroy();
    };
    for (const side of [socket, upstream]) {
      side.on('error', end);
      side.once('close', end);
    }
    socket.pipe(upstream);
    upstream.pipe(socket);
  }
}

function headOf({ statusCode = 502 }: IncomingMessage, headers: NodeJS.Dict<number | string | string[] | readonly string[]>): string {
  const lines = Object.entries(headers).flatMap(([name, value]) => [value ?? []].flat().map((each) => `${name}: ${each}`));
  return `${[`HTTP/1.1 ${statusCode} ${STATUS_CODES[statusCode] ?? ''}`, ...lines].join('\r\n')}\r\n\r\n`;
}
