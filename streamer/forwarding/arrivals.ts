/** When each of a member's packets came, by its transport-wide sequence number: what he finds out his bandwidth by. */
import { MAX_REPORTED_PACKETS, writeTransportFeedback } from '../rtp/transport-feedback-writer.ts';
import { unwrap16 } from '../rtp/serial.ts';

const REMEMBERED = 2_048;
/** A packet that comes later than so many others is as good as lost. */
const MAX_LATE = 200;
/** Numbers that jump further than this begin anew. */
const MAX_JUMP = 1_000;
const NUMBERS = 0x1_0000;

export class ArrivalLog {
  readonly #times = new Float64Array(REMEMBERED).fill(NaN);
  /** The highest number that came, endless; -1 before any did. */
  #highest = -1;
  /** The first number that is to be reported next. */
  #from = 0;
  #count = 0;

  /** @param wrapped the packet's number, 0 to 65,535 */
  note(wrapped: number, now: number): void {
    if (this.#highest < 0) this.#begin(wrapped + NUMBERS);
    let sequence = unwrap16(wrapped, this.#highest);
    if (Math.abs(sequence - this.#highest) > MAX_JUMP) {
      sequence = this.#highest + MAX_JUMP + ((wrapped - this.#highest - MAX_JUMP) & 0xffff);
      this.#begin(sequence);
    }
    if (sequence < this.#highest - MAX_LATE) return;
    for (let missing = this.#highest + 1; missing < sequence; missing++) this.#times[missing % REMEMBERED] = NaN;
    this.#times[sequence % REMEMBERED] = now;
    if (sequence < this.#from) this.#from = sequence;
    if (sequence > this.#highest) this.#highest = sequence;
  }

  /** What is to be told of all that came since the last time: some packets of RTCP, or none. */
  report(sender: number, media: number): Buffer[] {
    const packets: Buffer[] = [];
    while (this.#from <= this.#highest) {
      const until = Math.min(this.#highest + 1, this.#from + MAX_REPORTED_PACKETS);
      const arrivals: number[] = [];
      for (let sequence = this.#from; sequence < until; sequence++) arrivals.push(this.#times[sequence % REMEMBERED] as number);
      if (arrivals.every((arrival) => Number.isNaN(arrival))) {
        this.#from = until;
        continue;
      }
      const { packet, reported } = writeTransportFeedback(sender, media, this.#count++, { first: this.#from, arrivals });
      packets.push(packet);
      this.#from += Math.max(1, reported);
    }
    return packets;
  }

  #begin(sequence: number): void {
    this.#highest = sequence - 1;
    this.#from = sequence;
  }
}
