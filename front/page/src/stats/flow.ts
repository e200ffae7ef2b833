/** Whether media flows, judged by successive readings: bytes that arrive, not the clock of a media element. */
import type { Sample } from './sample.ts';

/** Nothing for this long is a stall where nothing else points to trouble. */
export const STALL_MS = 2_000;
/** Where ICE is disconnected or the streamer's entry changed, less is enough: audio alone comes fifty times a second. */
export const SUSPECT_STALL_MS = 900;

export class MediaFlow {
  #bytes = -1;
  #lastArrival = 0;

  /** To be called instead of {@link judge} while nothing is meant to come. */
  rest(sample: Sample): void {
    this.#lastArrival = sample.at;
  }

  /**
   * @param suspect whether something else points to trouble
   * @returns `quiet` when nothing arrived since the reading before, yet not for long enough to be a stall
   */
  judge(sample: Sample, suspect: boolean): 'flows' | 'quiet' | 'stalled' {
    const bytes = (sample.video?.bytesReceived ?? 0) + (sample.audio?.bytesReceived ?? 0);
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#lastArrival = sample.at;
      return 'flows';
    }
    return sample.at - this.#lastArrival >= (suspect ? SUSPECT_STALL_MS : STALL_MS) ? 'stalled' : 'quiet';
  }
}
