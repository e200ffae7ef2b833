/** One page's WebSocket (RFC 6455): what it may send, how fast it must read, and how it is found dead. */
import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { parseJson } from '../directory/parse-json.ts';
import type { Page } from '../people/page.ts';
import type { PageSocket, Viewer } from '../viewers/viewer.ts';

/** Largest message from a page, bytes: session descriptions take several thousand. */
export const MAX_MESSAGE_BYTES = 64 * 1024;

/** Messages, and bytes, that a page may send within MESSAGE_WINDOW_MS: a browser finds dozens of candidates at once. */
const MAX_MESSAGES = 200;
const MAX_BYTES = 512 * 1024;
const MESSAGE_WINDOW_MS = 2000;

/** A page that has so much unread is cut off rather than stored for, bytes. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/** How often a page is pinged, ms; one that has not answered by the next time is gone. */
export const HEARTBEAT_MS = 15_000;

/** Close codes of RFC 6455 §7.4.1. */
export const CLOSE_GOING_AWAY = 1001;
const CLOSE_UNSUPPORTED_DATA = 1003;
const CLOSE_POLICY_VIOLATION = 1008;

export interface PageConnectionOptions {
  readonly socket: WebSocket;
  readonly viewer: Viewer;
  readonly clock: Clock;
  /** Serves what the page asks; JSON, or undefined for what was none. */
  readonly serve: (page: Page, message: unknown) => void;
  /** Called once, when the connection has ended for whatever reason. */
  readonly onClosed: () => void;
}

export class PageConnection implements PageSocket, Page {
  readonly viewer: Viewer;
  readonly #socket: WebSocket;
  readonly #clock: Clock;
  #windowStart: number;
  #messages = 0;
  #bytes = 0;
  readonly #serve: (page: Page, message: unknown) => void;
  #answered = true;
  #cancelHeartbeat = (): void => undefined;

  constructor({ socket, viewer, clock, serve, onClosed }: PageConnectionOptions) {
    this.viewer = viewer;
    this.#socket = socket;
    this.#clock = clock;
    this.#serve = serve;
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

  tell(message: object): void {
    this.send(JSON.stringify(message));
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
    if (!this.#withinRate(Buffer.isBuffer(data) ? data.length : MAX_MESSAGE_BYTES)) {
      this.close(CLOSE_POLICY_VIOLATION, 'too many messages');
      return;
    }
    if (isBinary || !Buffer.isBuffer(data)) {
      this.close(CLOSE_UNSUPPORTED_DATA, 'text messages only');
      return;
    }
    const message = parseJson(data.toString());
    if (isPing(message)) this.tell({ type: 'pong', data: message.data });
    else this.#serve(this, message);
  }

  #withinRate(bytes: number): boolean {
    const now = this.#clock.now();
    if (now - this.#windowStart >= MESSAGE_WINDOW_MS) {
      this.#windowStart = now;
      this.#messages = 0;
      this.#bytes = 0;
    }
    this.#bytes += bytes;
    return ++this.#messages <= MAX_MESSAGES && this.#bytes <= MAX_BYTES;
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

/** What comes with it goes back as it came. */
function isPing(message: unknown): message is { readonly data?: unknown } {
  return typeof message === 'object' && message !== null && Object.hasOwn(message, 'type') && 'type' in message && message.type === 'ping';
}
