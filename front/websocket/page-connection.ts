/** One page's WebSocket (RFC 6455): what it may send, how fast it must read, and how it is found dead. */
import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import { z } from 'zod';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { ApiError } from '../api-error.ts';
import type { PageSocket } from '../viewers/viewer.ts';

/** Largest message from a page, bytes. */
export const MAX_MESSAGE_BYTES = 4096;

/** Messages that a page may send within MESSAGE_WINDOW_MS. */
const MAX_MESSAGES = 40;
const MESSAGE_WINDOW_MS = 2000;

/** A page that has so much unread is cut off rather than stored for, bytes. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** How often a page is pinged, ms; one that has not answered by the next time is gone. */
export const HEARTBEAT_MS = 15_000;

/** Close codes of RFC 6455 §7.4.1. */
export const CLOSE_GOING_AWAY = 1001;
const CLOSE_UNSUPPORTED_DATA = 1003;
const CLOSE_POLICY_VIOLATION = 1008;

const messageSchema = z.object({ type: z.literal('ping') });

export class PageConnection implements PageSocket {
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  #windowStart: number;
  #messages = 0;
  #answered = true;
  #cancelHeartbeat = (): void => undefined;

  /** @param onClosed called once, when the connection has ended for whatever reason. */
  constructor(socket: WebSocket, clock: Clock, onClosed: () => void) {
    this.#socket = socket;
    this.#clock = clock;
    this.#windowStart = clock.now();
    socket.on('message', (data, isBinary) => this.#receive(data, isBinary));
    socket.on('pong', () => (this.#answered = true));
    // What ws reports here it closes the connection for by itself.
    socket.on('error', () => undefined);
    socket.once('close', () => {
      this.#cancelHeartbeat();
      onClosed();
    });
    this.#scheduleHeartbeat();
  }

  send(text: string): void {
    if (this.#socket.readyState !== WebSocket.OPEN) return;
    if (this.#socket.bufferedAmount > MAX_UNREAD_BYTES) {
      this.#socket.terminate();
      return;
    }
    this.#socket.send(text);
  }

  /** Says goodbye with a code of RFC 6455 §7.4.1. */
  close(code: number, reason: string): void {
    this.#socket.close(code, reason);
  }

  /** Cuts the connection without waiting for the other side. */
  terminate(): void {
    this.#socket.terminate();
  }

  #receive(data: RawData, isBinary: boolean): void {
    if (!this.#withinRate()) {
      this.close(CLOSE_POLICY_VIOLATION, 'too many messages');
      return;
    }
    if (isBinary || !Buffer.isBuffer(data)) {
      this.close(CLOSE_UNSUPPORTED_DATA, 'text messages only');
      return;
    }
    const understood = messageSchema.safeParse(parseJson(data.toString())).success;
    this.send(JSON.stringify(understood ? { type: 'pong' } : { type: 'error', ...BAD_MESSAGE.toJSON() }));
  }

  #withinRate(): boolean {
    const now = this.#clock.now();
    if (now - this.#windowStart >= MESSAGE_WINDOW_MS) {
      this.#windowStart = now;
      this.#messages = 0;
    }
    return ++this.#messages <= MAX_MESSAGES;
  }

  #scheduleHeartbeat(): void {
    this.#cancelHeartbeat = this.#clock.setTimeout(() => {
      if (!this.#answered) {
        this.#socket.terminate();
        return;
      }
      this.#answered = false;
      this.#socket.ping();
      this.#scheduleHeartbeat();
    }, HEARTBEAT_MS);
  }
}

const BAD_MESSAGE = new ApiError(400, 'bad-message', 'A message must be {"type": "ping"}.');

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
