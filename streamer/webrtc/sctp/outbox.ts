/** What goes out on an association: whole messages in single chunks, sent again until they are acknowledged (RFC 9260 §6.1, §6.3). */
import type { Cancel, Clock } from '../../../shared/sip/timing/clock.ts';
import { FIRST_FRAGMENT, LAST_FRAGMENT, writeData, type Acknowledgement } from './chunks.ts';
import { CHUNK, type Chunk } from './packet.ts';

/** So many messages may be under way at once; they are small, so that this is no load to any way. */
const MAX_IN_FLIGHT = 8;
/** With more than these waiting, nobody reads at the other end. */
const MAX_WAITING = 64;
const FIRST_TIMEOUT_MS = 500;
const MAX_TIMEOUT_MS = 8_000;
const MAX_TIMEOUTS = 8;
const TSN_RANGE = 0x1_0000_0000;
const HALF_RANGE = 0x8000_0000;
const STREAM_SEQUENCE_RANGE = 0x1_0000;

/** One message fits in one datagram on any way. */
export const MAX_OUTGOING_BYTES = 1_100;

interface Outgoing {
  readonly tsn: number;
  readonly chunk: Chunk;
  sent: boolean;
  acknowledged: boolean;
}

export interface OutboxOptions {
  readonly clock: Clock;
  /** Of the first chunk. */
  readonly tsn: number;
  readonly transmit: (chunk: Chunk) => void;
  /** Hears once when nothing has been acknowledged for long. */
  readonly onGivenUp: () => void;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #streamSequences = new Map<number, number>();
  #queue: Outgoing[] = [];
  #tsn: number;
  #timeouts = 0;
  #cancel: Cancel | undefined;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#tsn = options.tsn;
  }

  /** @returns false when too much waits already, or the message is too long: it is not sent */
  send(stream: number, protocol: number, payload: Buffer): boolean {
    if (this.#queue.length >= MAX_WAITING || payload.length > MAX_OUTGOING_BYTES) return false;
    const streamSequence = this.#streamSequences.get(stream) ?? 0;
    this.#streamSequences.set(stream, (streamSequence + 1) % STREAM_SEQUENCE_RANGE);
    const body = writeData({ tsn: this.#tsn, stream, streamSequence, protocol, payload });
    this.#queue.push({ tsn: this.#tsn, chunk: { type: CHUNK.data, flags: FIRST_FRAGMENT | LAST_FRAGMENT, body }, sent: false, acknowledged: false });
    this.#tsn = (this.#tsn + 1) % TSN_RANGE;
    this.#advance();
    return true;
  }

  acknowledge({ cumulative, gaps }: Acknowledgement): void {
    const before = this.#queue.length;
    const offsetOf = ({ tsn }: Outgoing) => (tsn - cumulative + TSN_RANGE) % TSN_RANGE;
    this.#queue = this.#queue.filter((outgoing) => !outgoing.sent || (offsetOf(outgoing) > 0 && offsetOf(outgoing) < HALF_RANGE));
    for (const outgoing of this.#queue) if (gaps.some(([first, last]) => offsetOf(outgoing) >= first && offsetOf(outgoing) <= last)) outgoing.acknowledged = true;
    if (this.#queue.length === before) return;
    this.#timeouts = 0;
    this.close();
    this.#advance();
  }

  /** Stops the timer. */
  close(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  #advance(): void {
    for (const outgoing of this.#queue.slice(0, MAX_IN_FLIGHT)) {
      if (outgoing.sent) continue;
      outgoing.sent = true;
      this.#options.transmit(outgoing.chunk);
    }
    if (this.#queue.length > 0) this.#cancel ??= this.#options.clock.setTimeout(() => this.#repeat(), Math.min(MAX_TIMEOUT_MS, FIRST_TIMEOUT_MS * 2 ** this.#timeouts));
  }

  #repeat(): void {
    this.#cancel = undefined;
    if (++this.#timeouts > MAX_TIMEOUTS) {
      this.#options.onGivenUp();
      return;
    }
    for (const outgoing of this.#queue) if (!outgoing.acknowledged) outgoing.sent = false;
    this.#advance();
  }
}
