/**
 * What comes in on an association: chunks put back into their order, and messages put together from their pieces. All is handed
 * on in the order of transmission, which keeps the order of each stream as well (RFC 9260 §6.5, §6.9).
 */
import type { Acknowledgement, Data } from './chunks.ts';

/** Chunks that may come before one that is missing; further ones are as if they had been lost. */
const MAX_EARLY_CHUNKS = 32;
/** Messages to us are commands of a line; what is longer is thrown away as it comes in. */
export const MAX_MESSAGE_BYTES = 4_096;
const WINDOW_BYTES = 65_536;
const TSN_RANGE = 0x1_0000_0000;

export interface Message {
  readonly stream: number;
  readonly protocol: number;
  /** Undefined when it was longer than MAX_MESSAGE_BYTES. */
  readonly payload: Buffer | undefined;
}

export class Inbox {
  #cumulative: number;
  readonly #early = new Map<number, Data>();
  #pieces: Buffer[] = [];
  #bytes = 0;
  /** Whether a first piece has come, and not yet the last. */
  #open = false;

  /** @param tsn the first that will come */
  constructor(tsn: number) {
    this.#cumulative = (tsn + TSN_RANGE - 1) % TSN_RANGE;
  }

  /** @returns the messages that are whole now */
  take(chunk: Data): Message[] {
    const ahead = (chunk.tsn - this.#cumulative + TSN_RANGE) % TSN_RANGE;
    if (ahead === 0 || ahead > MAX_EARLY_CHUNKS) return []; // seen before, or too early
    this.#early.set(chunk.tsn, chunk);
    const messages: Message[] = [];
    for (let next = this.#next(); next; next = this.#next()) {
      this.#early.delete(next.tsn);
      this.#cumulative = next.tsn;
      const message = this.#assemble(next);
      if (message) messages.push(message);
    }
    return messages;
  }

  acknowledgement(): Acknowledgement {
    const offsets = [...this.#early.keys()].map((tsn) => (tsn - this.#cumulative + TSN_RANGE) % TSN_RANGE).sort((one, other) => one - other);
    const gaps: [number, number][] = [];
    for (const offset of offsets) {
      const gap = gaps.at(-1);
      if (gap?.[1] === offset - 1) gap[1] = offset;
      else gaps.push([offset, offset]);
    }
    return { cumulative: this.#cumulative, window: WINDOW_BYTES, gaps };
  }

  #next(): Data | undefined {
    return this.#early.get((this.#cumulative + 1) % TSN_RANGE);
  }

  #assemble({ stream, protocol, first, last, payload }: Data): Message | undefined {
    if (first) {
      this.#pieces = [];
      this.#bytes = 0;
      this.#open = true;
    }
    if (!this.#open) return undefined;
    this.#bytes += payload.length;
    if (this.#bytes <= MAX_MESSAGE_BYTES) this.#pieces.push(payload);
    else this.#pieces = [];
    if (!last) return undefined;
    const whole = this.#bytes <= MAX_MESSAGE_BYTES ? Buffer.concat(this.#pieces) : undefined;
    this.#pieces = [];
    this.#open = false;
    return { stream, protocol, payload: whole };
  }
}
