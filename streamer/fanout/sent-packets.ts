/** Which packet of the source each of a viewer's latest sequence numbers stood for, so that it can be sent again from the shared history. */
import type { MediaPacket } from '../source/source.ts';
import type { TrackHistory } from './history.ts';

/** Some four seconds of a picture of 2 Mbit/s; a NACK comes within a round trip or two. */
const REMEMBERED = 1_024;

export class SentPackets {
  readonly #sequences = new Float64Array(REMEMBERED).fill(-1);
  readonly #indexes = new Float64Array(REMEMBERED);
  readonly #ticks = new Float64Array(REMEMBERED);
  /** Few: a viewer's track changes at keyframes only. */
  readonly #histories: TrackHistory[] = [];
  readonly #which = new Uint8Array(REMEMBERED);

  note(sequence: number, history: TrackHistory, index: number, ticks: number): void {
    const at = sequence % REMEMBERED;
    this.#sequences[at] = sequence;
    this.#indexes[at] = index;
    this.#ticks[at] = ticks;
    this.#which[at] = this.#numberOf(history);
  }

  /** The packet that was sent with this number, if it is known still. */
  find(sequence: number): MediaPacket | undefined {
    const at = sequence % REMEMBERED;
    if (this.#sequences[at] !== sequence) return undefined;
    return this.#histories[this.#which[at] as number]?.get(this.#indexes[at] as number);
  }

  /** The time that it was sent with, in ticks of the source. */
  ticksOf(sequence: number): number {
    return this.#ticks[sequence % REMEMBERED] as number;
  }

  #numberOf(history: TrackHistory): number {
    const known = this.#histories.indexOf(history);
    return known >= 0 ? known : this.#histories.push(history) - 1;
  }
}
