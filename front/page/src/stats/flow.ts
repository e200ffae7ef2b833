/** Whether anything comes by a connection, judged by successive readings: bytes that arrive, reports (RTCP) included, not the clock of a media element. */
import type { Sample } from './sample.ts';

/** A streamer that has no media to send sends reports at least each 250 ms: whoever sends nothing for this long is gone, or the way to him is. */
export const STALL_MS = 700;

export class MediaFlow {
  #bytes = -1;
  #lastArrival = 0;

  /** @returns `quiet` when nothing arrived since the reading before, yet not for long enough to be a stall */
  judge({ at, arrivedBytes }: Sample): 'flows' | 'quiet' | 'stalled' {
    if (arrivedBytes !== this.#bytes) {
      this.#bytes = arrivedBytes;
      this.#lastArrival = at;
      return 'flows';
    }
    return at - this.#lastArrival >= STALL_MS ? 'stalled' : 'quiet';
  }
}
