/** The one data channel of a viewer (RFC 8831, opened as RFC 8832 says): short texts both ways, over SCTP inside his DTLS connection. */
import type { Clock } from '../../shared/sip/timing/clock.ts';
import type { TextChannel } from '../controls/text-channel.ts';
import { Association } from './sctp/association.ts';
import type { Message } from './sctp/inbox.ts';

export { MAX_MESSAGE_BYTES } from './sctp/inbox.ts';

/** Payload protocol identifiers (RFC 8831 §8). */
const ESTABLISHMENT = 50;
const TEXT = 51;
const EMPTY_TEXT = 56;
const ACK = 2;
const OPEN = 3;

/** More than anybody's fingers do; what comes faster is dropped before it is looked at, so that SCTP's own congestion control slows its sender. */
const PACKETS_PER_SECOND = 100;
const BURST_PACKETS = 200;

export interface DataChannelOptions {
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
  /** Sends application data over the DTLS connection. */
  readonly send: (data: Buffer) => void;
}

export class DataChannel implements TextChannel {
  readonly #association: Association;
  readonly #clock: Clock;
  readonly #messageListeners: ((text: string | undefined) => void)[] = [];
  readonly #openListeners: (() => void)[] = [];
  /** The stream that it was opened on. */
  #stream: number | undefined;
  #allowed = BURST_PACKETS;
  #allowedAt: number;

  constructor({ clock, randomBytes, send }: DataChannelOptions) {
    this.#clock = clock;
    this.#allowedAt = clock.now();
    this.#association = new Association({ clock, randomBytes, send, onMessage: (message) => this.#hear(message) });
  }

  onOpen(listener: () => void): void {
    if (this.#stream === undefined) this.#openListeners.push(listener);
    else listener();
  }

  onMessage(listener: (text: string | undefined) => void): void {
    this.#messageListeners.push(listener);
  }

  send(text: string): boolean {
    return this.#stream !== undefined && this.#association.send(this.#stream, TEXT, Buffer.from(text));
  }

  /** To be called with each piece of application data that came over DTLS. */
  receive(data: Buffer): void {
    const now = this.#clock.now();
    this.#allowed = Math.min(BURST_PACKETS, this.#allowed + ((now - this.#allowedAt) / 1000) * PACKETS_PER_SECOND);
    this.#allowedAt = now;
    if (this.#allowed < 1) return;
    this.#allowed--;
    this.#association.receive(data);
  }

  close(): void {
    this.#association.close();
  }

  #hear({ stream, protocol, payload }: Message): void {
    if (protocol === ESTABLISHMENT) {
      if (payload?.[0] === OPEN) this.#open(stream);
      return;
    }
    if (stream !== this.#stream || (protocol === EMPTY_TEXT)) return;
    const text = protocol === TEXT ? payload?.toString('utf8') : undefined;
    for (const listener of this.#messageListeners) listener(text);
  }

  /** Every further channel stays unanswered. */
  #open(stream: number): void {
    if (this.#stream !== undefined && this.#stream !== stream) return;
    const fresh = this.#stream === undefined;
    this.#stream = stream;
    this.#association.send(stream, ESTABLISHMENT, Buffer.from([ACK]));
    if (fresh) for (const listener of this.#openListeners) listener();
  }
}
