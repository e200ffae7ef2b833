/**
 * What the page must hear at once: the list of streamers, whether signaling is there, calls that ended.
 * One WebSocket that comes back by itself; while it cannot, the list is asked for by POST instead.
 */
import { backoffMs, SERVICE_BACKOFF } from './backoff.ts';
import { failureOf } from './failure.ts';
import { parseServerMessage, type ServerMessage } from './messages.ts';
import type { Streamer } from './streamer.ts';
import type { Timing } from './timing.ts';

/** The part of WebSocket that is used here. */
export interface SocketLike {
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  send(text: string): void;
  close(): void;
}

/** `live`: by WebSocket. `polling`: by POST, the socket does not come up. `away`: front does not answer. */
export type FeedState = 'connecting' | 'live' | 'polling' | 'away';

export interface FeedOptions {
  /** Opens the WebSocket; may throw where there is none. */
  readonly openSocket: () => SocketLike;
  /** Asks for the list by POST. */
  readonly poll: () => Promise<Streamer[]>;
  /** Registers the viewer's name again; false when it cannot be had any more. */
  readonly register: () => Promise<boolean>;
  readonly timing: Timing;
  readonly random: () => number;
  readonly onState: (state: FeedState, retryInMs: number) => void;
  readonly onMessage: (message: ServerMessage) => void;
  /** An open socket was lost or closed. */
  readonly onDropped?: () => void;
}

/** A socket that does not open in this time is given up. */
export const OPEN_LIMIT_MS = 5_000;
/** A ping each so often finds out whether the other side is still there. */
export const PING_EVERY_MS = 15_000;
export const PONG_LIMIT_MS = 6_000;

/** Pages that lost the same front do not come to the next in the same moment: they wait up to this. */
export const RETURN_SPREAD_MS = 300;
/** A socket that was open for less is no reason to hurry. */
export const STEADY_MS = 5_000;

export class Feed {
  readonly #options: FeedOptions;
  #socket: SocketLike | undefined;
  #running = false;
  #failures = 0;
  #cancelTimer: () => void = () => undefined;
  #awaitingPong = false;
  #open = false;
  #openedAt = Infinity;
  /** A socket that had been open was lost just now: whoever answers, the next is opened at once. */
  #hurries = false;

  constructor(options: FeedOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#running) return;
    this.#running = true;
    this.#failures = 0;
    this.#connect();
  }

  stop(): void {
    this.#running = false;
    this.#cancelTimer();
    this.#dropSocket();
  }

  /** @returns false, with nothing sent, while there is no open socket */
  send(text: string): boolean {
    if (!this.#open || !this.#socket) return false;
    try {
      this.#socket.send(text);
      return true;
    } catch {
      // Closing: that it has closed is heard in a moment.
      return false;
    }
  }

  /** Tries at once instead of waiting: the network is back, the page is visible again, or someone asked for it. */
  nudge(): void {
    if (!this.#running) return;
    if (this.#socket) {
      this.#ping();
      return;
    }
    this.#failures = 0;
    this.#cancelTimer();
    this.#connect();
  }

  #connect(): void {
    if (this.#failures === 0) this.#options.onState('connecting', 0);
    let socket: SocketLike;
    try {
      socket = this.#options.openSocket();
    } catch {
      void this.#fallBack();
      return;
    }
    this.#socket = socket;
    this.#wait(OPEN_LIMIT_MS, () => this.#lost());
    socket.onopen = () => {
      this.#failures = 0;
      this.#open = true;
      this.#openedAt = this.#options.timing.now();
      this.#hurries = false;
      this.#options.onState('live', 0);
      this.#wait(PING_EVERY_MS, () => this.#ping());
    };
    socket.onmessage = ({ data }: { data: unknown }) => {
      const message = typeof data === 'string' ? parseServerMessage(data) : undefined;
      this.#heard();
      if (message && message.type !== 'pong') this.#options.onMessage(message);
    };
    socket.onclose = () => this.#lost();
  }

  /** Any message proves that the other side is there. */
  #heard(): void {
    if (!this.#awaitingPong) return;
    this.#awaitingPong = false;
    this.#wait(PING_EVERY_MS, () => this.#ping());
  }

  #ping(): void {
    if (this.#awaitingPong) return;
    this.#awaitingPong = true;
    this.#wait(PONG_LIMIT_MS, () => this.#lost());
    try {
      this.#socket?.send('{"type":"ping"}');
    } catch {
      // Still opening, or closing: the limit above finds out.
    }
  }

  #lost(): void {
    this.#cancelTimer();
    const { timing, random } = this.#options;
    this.#hurries = this.#open && timing.now() - this.#openedAt >= STEADY_MS;
    this.#dropSocket();
    if (!this.#running) return;
    if (this.#hurries) this.#wait(random() * RETURN_SPREAD_MS, () => void this.#fallBack());
    else void this.#fallBack();
  }

  /** The browser does not say why a socket failed; a POST does: not registered, no WebSockets on the way, or nobody there. */
  async #fallBack(): Promise<void> {
    this.#failures += 1;
    try {
      const streamers = await this.#options.poll();
      if (!this.#idle()) return;
      this.#options.onMessage({ type: 'streamers', streamers });
      if (this.#hurries) this.#connect();
      else this.#retryAs('polling');
    } catch (error) {
      if (!this.#idle()) return;
      if (failureOf(error).id === 'not-registered') await this.#registerAgain();
      else this.#retryAs('away');
    }
  }

  async #registerAgain(): Promise<void> {
    const accepted = await this.#options.register().catch(() => undefined);
    if (!this.#idle()) return;
    if (accepted === undefined) this.#retryAs('away');
    else if (!accepted) this.stop();
    else if (this.#failures === 1) this.#connect();
    else this.#retryAs('polling');
  }

  /** Still wanted, and nothing else has begun meanwhile. */
  #idle(): boolean {
    return this.#running && this.#socket === undefined;
  }

  #retryAs(state: FeedState): void {
    const retryInMs = backoffMs(this.#failures, SERVICE_BACKOFF, this.#options.random);
    this.#options.onState(state, retryInMs);
    this.#wait(retryInMs, () => this.#connect());
  }

  #wait(ms: number, action: () => void): void {
    this.#cancelTimer();
    this.#cancelTimer = this.#options.timing.after(ms, action);
  }

  #dropSocket(): void {
    const socket = this.#socket;
    this.#socket = undefined;
    this.#awaitingPong = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    if (!this.#open) return;
    this.#open = false;
    this.#options.onDropped?.();
  }
}
