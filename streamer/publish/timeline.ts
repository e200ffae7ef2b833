/**
 * Times of what is published, in seconds since the source began: each stream runs by its sender's clock from the moment of its first
 * frame, and the picture is moved to where the sender's reports say that it belongs to the sound (RFC 3550 §6.4.1).
 */
import type { MediaKind } from '../source/source.ts';

/** A sender whose clock has come this far from ours begins anew. */
const MAX_DRIFT_SECONDS = 2;
/** Less than this nobody sees. */
const SYNC_TOLERANCE_SECONDS = 0.015;
/** Reports that put sound and picture further apart than this are wrong. */
const MAX_SKEW_SECONDS = 5;
const SYNC_INTERVAL_MS = 1_000;
/** Time never goes back. */
const LEAST_STEP_SECONDS = 0.001;

/** A stream's clock, as its sender has told it. */
export interface SenderClock {
  /** Ticks in a second. */
  readonly clockRate: number;
  /** This moment by the sender's two clocks; undefined before he has told. */
  senderTime(now: number): { readonly unixMs: number; readonly ticks: number } | undefined;
}

interface Stream {
  readonly clock: SenderClock;
  /** Added to its own seconds. */
  offset: number;
  latest: number;
}

export class Timeline {
  /** ms of the clock at which second 0 was. */
  readonly epoch: number;
  readonly #streams = new Map<MediaKind, Stream>();
  readonly #toleranceSeconds: number;
  #syncedMs = -Infinity;

  /** @param toleranceSeconds how far sound and picture may be apart; {@link SYNC_TOLERANCE_SECONDS} unless given */
  constructor(epoch: number, toleranceSeconds: number = SYNC_TOLERANCE_SECONDS) {
    this.epoch = epoch;
    this.#toleranceSeconds = toleranceSeconds;
  }

  /** @param ticks of the stream's clock, endless @param now when the frame was there, ms */
  secondsOf(kind: MediaKind, clock: SenderClock, ticks: number, now: number): number {
    const own = ticks / clock.clockRate;
    const due = (now - this.epoch) / 1000;
    const known = this.#streams.get(kind);
    const stream = known?.clock === clock ? known : { clock, offset: due - own, latest: known?.latest ?? -Infinity };
    this.#streams.set(kind, stream);
    if (Math.abs(due - own - stream.offset) > MAX_DRIFT_SECONDS) stream.offset = due - own;
    if (kind === 'video' && now - this.#syncedMs >= SYNC_INTERVAL_MS) this.#synchronize(stream, now);
    stream.latest = Math.max(own + stream.offset, stream.latest + LEAST_STEP_SECONDS);
    return stream.latest;
  }

  /** The sound stays, for ears hear a jump of it. */
  #synchronize(picture: Stream, now: number): void {
    const sound = this.#streams.get('audio');
    const [heard, seen] = [sound?.clock.senderTime(now), picture.clock.senderTime(now)];
    if (!sound || !heard || !seen) return;
    this.#syncedMs = now;
    const wanted = heard.ticks / sound.clock.clockRate + sound.offset + (seen.unixMs - heard.unixMs) / 1000 - seen.ticks / picture.clock.clockRate;
    const skew = Math.abs(wanted - picture.offset);
    if (skew > this.#toleranceSeconds && skew < MAX_SKEW_SECONDS) picture.offset = wanted;
  }
}
