/** Which packet of the source each of a viewer's latest sequence numbers stood for, so that it can be sent again from the shared history. */
import type { MediaKind, MediaPacket } from '../source/source.ts';
import type { Indexed, TrackHistory } from './history.ts';

/** Some four seconds of a picture of 2 Mbit/s, and two of sound; a NACK comes within a round trip or two. */
const REMEMBERED: Readonly<Record<MediaKind, number>> = { video: 1_024, audio: 128 };

export class SentPackets<Packet extends Indexed = MediaPacket> {
  readonly #remembered: number;
  readonly #sequences: Float64Array;
  readonly #indexes: Float64Array;
  readonly #ticks: Float64Array;
  /** Few: a viewer's track changes at keyframes only. */
  readonly #histories: TrackHistory<Packet>[] = [];
  readonly #which: Uint8Array;
  /** When each was sent again last. */
  readonly #resentMs: Float64Array;

  constructor(kind: MediaKind) {
    this.#remembered = REMEMBERED[kind];
    this.#sequences = new Float64Array(this.#remembered).fill(-1);
    this.#indexes = new Float64Array(this.#remembered);
    this.#ticks = new Float64Array(this.#remembered);
    this.#which = new Uint8Array(this.#remembered);
    this.#resentMs = new Float64Array(this.#remembered);
  }

  note(sequence: number, history: TrackHistory<Packet>, index: number, ticks: number): void {
    const at = sequence % this.#remembered;
    this.#sequences[at] = sequence;
    this.#resentMs[at] = -Infinity;
    this.#indexes[at] = index;
    this.#ticks[at] = ticks;
    this.#which[at] = this.#numberOf(history);
  }

  /** The packet that was sent with this number, if it is known still. */
  find(sequence: number): Packet | undefined {
    const at = sequence % this.#remembered;
    if (this.#sequences[at] !== sequence) return undefined;
    return this.#histories[this.#which[at] as number]?.get(this.#indexes[at] as number);
  }

  /** The time that it was sent with, in ticks of the source. */
  ticksOf(sequence: number): number {
    return this.#ticks[sequence % this.#remembered] as number;
  }

  /** Notes that a packet is sent again, unless that was done within `pauseMs`: then it is still on its way. */
  mayResend(sequence: number, now: number, pauseMs: number): boolean {
    const at = sequence % this.#remembered;
    if (now - (this.#resentMs[at] as number) < pauseMs) return false;
    this.#resentMs[at] = now;
    return true;
  }

  #numberOf(history: TrackHistory<Packet>): number {
    const known = this.#histories.indexOf(history);
    return known >= 0 ? known : this.#histories.push(history) - 1;
  }
}
