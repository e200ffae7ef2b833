/**
 * Which packet of the source each of a viewer's latest sequence numbers stood for, so that it can be sent again from the shared
 * history. Both count alike but where he began, was switched or had something left out: those places are noted, and no packet is.
 */
import type { MediaKind, MediaPacket } from '../source/source.ts';
import type { TrackHistory } from './history.ts';

/** Some four seconds of a picture of 2 Mbit/s, and two of sound; a NACK comes within a round trip or two. */
const REMEMBERED: Readonly<Record<MediaKind, number>> = { video: 1_024, audio: 128 };

/** Frames of the source whose times are changed for a viewer. */
export interface Squeezed {
  readonly firstFrame: number;
  readonly lastFrame: number;
  readonly from: number;
  readonly step: number;
}

/** The time that a packet goes out with, in ticks of the source. */
export function ticksOf(packet: MediaPacket, squeezed: Squeezed | undefined): number {
  return squeezed && packet.frame <= squeezed.lastFrame ? squeezed.from + (packet.frame - squeezed.firstFrame) * squeezed.step : packet.timestamp;
}

/** Packets of one track that went out without a gap. */
interface Run {
  /** Of the first. */
  readonly sequence: number;
  readonly index: number;
  readonly history: TrackHistory;
  readonly squeezed: Squeezed | undefined;
}

export interface SentPacket {
  readonly packet: MediaPacket;
  /** The time that it was sent with, in ticks of the source. */
  readonly ticks: number;
}

export class SentRuns {
  readonly #remembered: number;
  /** The latest last; at least the one that the oldest number which is remembered belongs to. */
  readonly #runs: Run[] = [];
  /** When each was sent again last, the latest last. */
  readonly #resentMs = new Map<number, number>();

  constructor(kind: MediaKind) {
    this.#remembered = REMEMBERED[kind];
  }

  /** From the number `sequence` on, the packets from `index` on go out. */
  begin(sequence: number, history: TrackHistory, index: number, squeezed: Squeezed | undefined): void {
    const runs = this.#runs;
    while (runs[1] && runs[1].sequence <= sequence - this.#remembered) runs.shift();
    if (runs.at(-1)?.sequence === sequence) runs.pop();
    runs.push({ sequence, history, index, squeezed });
  }

  /**
   * What was sent with this number, if it is known still.
   * @param next the number that the next packet will have
   */
  find(sequence: number, next: number): SentPacket | undefined {
    if (sequence >= next || sequence < next - this.#remembered) return undefined;
    const run = this.#runs.findLast((each) => each.sequence <= sequence);
    const packet = run?.history.get(run.index + sequence - run.sequence);
    return run && packet && { packet, ticks: ticksOf(packet, run.squeezed) };
  }

  /** Notes that a packet is sent again, unless that was done within `pauseMs`: then it is still on its way. */
  mayResend(sequence: number, now: number, pauseMs: number): boolean {
    const resent = this.#resentMs;
    if (now - (resent.get(sequence) ?? -Infinity) < pauseMs) return false;
    // Deleted first, so that the map's order is that of time.
    resent.delete(sequence);
    resent.set(sequence, now);
    if (resent.size > this.#remembered) {
      const [oldest] = resent.keys();
      if (oldest !== undefined) resent.delete(oldest);
    }
    return true;
  }
}
