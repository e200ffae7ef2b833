/**
 * One SCTP association inside DTLS (RFC 9260, RFC 8261), the part of it that a data channel for small messages needs: the viewer
 * sets it up, we answer. Browsers always begin, so nothing is ever begun here. Partial reliability, re-configuration and message
 * interleaving are neither offered nor used. Everything that a peer can make us keep is bounded, and an idle association has no timer.
 */
import type { Clock } from '../../../shared/sip/timing/clock.ts';
import { readData, readInit, readSack, writeInitAck, writeSack, type Init } from './chunks.ts';
import { Inbox, type Message } from './inbox.ts';
import { Outbox } from './outbox.ts';
import { CHUNK, formatPacket, parsePacket, type Chunk, type SctpPacket } from './packet.ts';

const COOKIE_BYTES = 16;
const WINDOW_BYTES = 65_536;
const MAX_STREAMS = 1_024;
/** A chunk of a kind that is not known is passed over with this bit, else it ends the packet (RFC 9260 §3.2). */
const SKIP_UNKNOWN = 0x80;

export interface AssociationOptions {
  readonly clock: Clock;
  readonly randomBytes: (size: number) => Buffer;
  /** Sends one packet as application data of the DTLS connection. */
  readonly send: (packet: Buffer) => void;
  readonly onMessage: (message: Message) => void;
}

/** Both ends' first words. */
interface Ends {
  readonly ours: Init;
  readonly theirs: Init;
  readonly ports: { readonly ours: number; readonly theirs: number };
}

export class Association {
  readonly #options: AssociationOptions;
  readonly #cookie: Buffer;
  #ends: Ends | undefined;
  #inbox: Inbox | undefined;
  #outbox: Outbox | undefined;
  #closed = false;

  constructor(options: AssociationOptions) {
    this.#options = options;
    this.#cookie = options.randomBytes(COOKIE_BYTES);
  }

  get established(): boolean {
    return this.#outbox !== undefined && !this.#closed;
  }

  /** To be called with each piece of application data; what is no SCTP is ignored. */
  receive(datagram: Buffer): void {
    const packet = this.#closed ? undefined : parsePacket(datagram);
    const [first] = packet?.chunks ?? [];
    if (!packet || !first) return;
    if (first.type === CHUNK.init) {
      if (packet.chunks.length === 1 && packet.verificationTag === 0) this.#heedInit(packet, first);
      return;
    }
    if (packet.verificationTag !== this.#ends?.ours.tag) return;
    for (const chunk of packet.chunks) if (!this.#heed(chunk)) break;
    if (packet.chunks.some(({ type }) => type === CHUNK.data)) this.#acknowledge();
  }

  /** @returns false when it cannot be sent: too long, too much waiting, or nobody there */
  send(stream: number, protocol: number, payload: Buffer): boolean {
    return this.established && this.#outbox?.send(stream, protocol, payload) === true;
  }

  close(): void {
    this.#closed = true;
    this.#outbox?.close();
  }

  /** A peer that repeats its INIT gets the same answer again; one that would start over in the midst is not heard. */
  #heedInit(packet: SctpPacket, chunk: Chunk): void {
    const theirs = readInit(chunk.body);
    if (!theirs || (this.#outbox && theirs.tag !== this.#ends?.theirs.tag)) return;
    const { randomBytes } = this.#options;
    const streams = Math.min(MAX_STREAMS, theirs.inboundStreams, theirs.outboundStreams);
    const ours = this.#ends?.ours ?? { tag: randomBytes(4).readUInt32BE(0) || 1, window: WINDOW_BYTES, outboundStreams: streams, inboundStreams: MAX_STREAMS, tsn: randomBytes(4).readUInt32BE(0) };
    this.#ends = { ours, theirs, ports: { ours: packet.destinationPort, theirs: packet.sourcePort } };
    this.#transmit({ type: CHUNK.initAck, flags: 0, body: writeInitAck(ours, this.#cookie) });
  }

  /** @returns whether the rest of the packet is to be looked at */
  #heed({ type, flags, body }: Chunk): boolean {
    switch (type) {
      case CHUNK.cookieEcho:
        return this.#heedCookie(body);
      case CHUNK.data:
        return this.#heedData(flags, body);
      case CHUNK.sack: {
        const acknowledgement = readSack(body);
        if (acknowledgement) this.#outbox?.acknowledge(acknowledgement);
        return true;
      }
      case CHUNK.heartbeat:
        this.#transmit({ type: CHUNK.heartbeatAck, flags: 0, body });
        return true;
      case CHUNK.shutdown:
        this.#transmit({ type: CHUNK.shutdownAck, flags: 0, body: Buffer.alloc(0) });
        this.close();
        return false;
      case CHUNK.abort:
      case CHUNK.shutdownComplete:
        this.close();
        return false;
      default:
        return (type & SKIP_UNKNOWN) !== 0;
    }
  }

  #heedCookie(cookie: Buffer): boolean {
    if (!this.#ends || !cookie.equals(this.#cookie)) return false;
    if (!this.#outbox) {
      this.#inbox = new Inbox(this.#ends.theirs.tsn);
      this.#outbox = new Outbox({ clock: this.#options.clock, tsn: this.#ends.ours.tsn, transmit: (chunk) => this.#transmit(chunk), onGivenUp: () => this.close() });
    }
    this.#transmit({ type: CHUNK.cookieAck, flags: 0, body: Buffer.alloc(0) });
    return true;
  }

  #heedData(flags: number, body: Buffer): boolean {
    const data = readData(flags, body);
    if (!data || !this.#inbox) return false;
    for (const message of this.#inbox.take(data)) this.#options.onMessage(message);
    return true;
  }

  #acknowledge(): void {
    if (this.#inbox) this.#transmit({ type: CHUNK.sack, flags: 0, body: writeSack(this.#inbox.acknowledgement()) });
  }

  #transmit(chunk: Chunk): void {
    if (!this.#ends || this.#closed) return;
    const { theirs, ports } = this.#ends;
    this.#options.send(formatPacket({ sourcePort: ports.ours, destinationPort: ports.theirs, verificationTag: theirs.tag, chunks: [chunk] }));
  }
}
