/**
 * Packets that were sent in one go, put together again from feedback. A frame goes out at once, so that its first packet tells how
 * long the queue was that it found, whatever the frame's own size, and how far its packets were pulled apart tells the capacity of
 * the narrowest link: each large frame is a probe that costs nothing (draft-ietf-rmcat-gcc-02 §5.2 groups packets for the former).
 */
import type { PacketFate } from './packet-fate.ts';

/** Packets nearer to each other than this belong together; the burst that a viewer starts with is paced by the millisecond. */
const TOGETHER_MS = 5;
/** Few or small packets say nothing of the capacity. */
const MEASURABLE_PACKETS = 4;
/** Arrivals nearer than this are not told apart well enough by browsers. */
const LEAST_DISPERSION_MS = 1;
/** Of arrivals that cannot be told apart. */
const FASTEST_BITS_PER_SECOND = 100_000_000;
/** An endless row of packets is cut, lest it never be heard of. */
const MAX_PACKETS = 500;

export interface Train {
  /** Ms of our clock, of the first packet that came. */
  readonly sentMs: number;
  /** Arrival of that packet minus its sending: only differences mean something, for the clocks do not agree. */
  readonly delayMs: number;
  /** From the first to the last arrival. */
  readonly dispersionMs: number;
  /** Of the narrowest link; undefined where the train is too short to tell. */
  readonly capacity: number | undefined;
}

export class PacketTrains {
  readonly #togetherMs: number;
  #sentMs = NaN;
  #lastSentMs = NaN;
  #firstReceivedMs = NaN;
  #lastReceivedMs = NaN;
  #packets = 0;
  #bytesAfterFirst = 0;
  #isRest = false;

  /** @param togetherMs packets sent nearer to each other than this make a train */
  constructor(togetherMs = TOGETHER_MS) {
    this.#togetherMs = togetherMs;
  }

  /** @returns the train that `fate` shows to be complete, if it does */
  add({ bytes, sentMs, receivedMs }: PacketFate): Train | undefined {
    if (receivedMs === undefined) return undefined;
    const continues = sentMs - this.#lastSentMs <= this.#togetherMs;
    if (continues && this.#packets < MAX_PACKETS) {
      this.#packets++;
      this.#bytesAfterFirst += bytes;
      this.#lastReceivedMs = Math.max(this.#lastReceivedMs, receivedMs);
      this.#lastSentMs = sentMs;
      return undefined;
    }
    const finished = this.#finish();
    this.#isRest = continues;
    this.#sentMs = this.#lastSentMs = sentMs;
    this.#firstReceivedMs = this.#lastReceivedMs = receivedMs;
    this.#packets = 1;
    this.#bytesAfterFirst = 0;
    return finished;
  }

  #finish(): Train | undefined {
    // The first packet of what was cut off waited behind its own train.
    if (this.#packets === 0 || this.#isRest) return undefined;
    const dispersionMs = this.#lastReceivedMs - this.#firstReceivedMs;
    return { sentMs: this.#sentMs, delayMs: this.#firstReceivedMs - this.#sentMs, dispersionMs, capacity: this.#capacity(dispersionMs) };
  }

  #capacity(dispersionMs: number): number | undefined {
    if (this.#packets < MEASURABLE_PACKETS) return undefined;
    if (dispersionMs < LEAST_DISPERSION_MS) return FASTEST_BITS_PER_SECOND;
    return Math.min(FASTEST_BITS_PER_SECOND, (this.#bytesAfterFirst * 8 * 1000) / dispersionMs);
  }
}
