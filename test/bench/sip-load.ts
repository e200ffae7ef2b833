/** A load generator for SIP daemons: messages made from text, sent at a given rate, counted by what comes back. */
import { createSocket } from 'node:dgram';
import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import type { Address } from '../../shared/sip/index.ts';

const HOST = '127.0.0.1';
const RECEIVE_BUFFER_BYTES = 4 * 1024 * 1024;
const TICK_MS = 2;
/** After the last request, this long is waited for answers that are still under way. */
const DRAIN_MS = 2_000;

export interface LoadResult {
  sent: number;
  completed: number;
  /** Final answers other than 2xx. */
  refused: number;
}

/** One UDP socket of the generator. */
export class LoadSocket {
  readonly socket: Socket;
  readonly #target: Address;

  private constructor(socket: Socket, target: Address) {
    this.socket = socket;
    this.#target = target;
  }

  static async open(target: Address, onMessage: (text: string, self: LoadSocket) => void): Promise<LoadSocket> {
    const socket = createSocket({ type: 'udp4', recvBufferSize: RECEIVE_BUFFER_BYTES });
    socket.bind(0, HOST);
    await once(socket, 'listening');
    const self = new LoadSocket(socket, target);
    socket.on('message', (datagram) => onMessage(datagram.toString(), self));
    return self;
  }

  get address(): string {
    return `${HOST}:${this.socket.address().port}`;
  }

  send(text: string): void {
    this.socket.send(text, this.#target.port, this.#target.host);
  }

  close(): void {
    this.socket.close();
  }
}

/** Calls `act` with 0, 1, 2 … at `perSecond`, evenly; resolves after the last. */
export async function pace(count: number, perSecond: number, act: (index: number) => void): Promise<void> {
  const begin = performance.now();
  for (let index = 0; index < count; ) {
    const due = Math.min(count, Math.ceil(((performance.now() - begin) / 1000) * perSecond));
    for (; index < due; index += 1) act(index);
    await wait(TICK_MS);
  }
}

/** Waits until `done()`, or until nothing more can be expected to come. */
export async function drain(done: () => boolean): Promise<void> {
  const until = performance.now() + DRAIN_MS;
  while (!done() && performance.now() < until) await wait(TICK_MS);
}

export function header(message: string, name: string): string {
  const start = message.indexOf(`\r\n${name}:`);
  if (start < 0) return '';
  const end = message.indexOf('\r\n', start + 2);
  return message.slice(start + name.length + 3, end).trim();
}

/** All lines of a header, joined as they stand, for echoing Via and Record-Route. */
export function headerLines(message: string, name: string): string {
  const head = message.slice(0, message.indexOf('\r\n\r\n'));
  return head
    .split('\r\n')
    .filter((line) => line.startsWith(`${name}:`))
    .map((line) => `${line}\r\n`)
    .join('');
}
