/** What a member's way carries, by whatever he says of it: arrivals packet by packet, else reports of loss, else his own estimate. */
import type { Clock } from '../../shared/sip/timing/clock.ts';
import { Estimator } from '../quality/estimator.ts';
import type { PacketFate } from '../quality/packet-fate.ts';
import { RateMeter } from './rate-meter.ts';

/** As long as nothing is known: nobody has seen a way that is too narrow before it was tried. */
const FIRST_BITS_PER_SECOND = 2_000_000;
/** What is given up comes back by trial, so much a second, once the way has been quiet for a while. */
const GROWTH = { factor: 1.08, bitsPerSecond: 20_000, quietMs: 3_000 } as const;
/** More than all pictures of a room are hardly ever worth. */
const CEILING = 30_000_000;
/**
 * Senders spread a picture's packets, and we pass each on as it comes: only what goes out in the same moment tells by its arrivals
 * what the way carries.
 */
const TOGETHER_MS = 0.5;
/**
 * A busy receiver looks like a narrow way for a moment, and of a voice alone little is measured: less than a small picture needs is
 * believed only of a way that has been narrow for some time.
 */
const DOUBTED = { bitsPerSecond: 300_000, forMs: 3_000, pauseMs: 1_500 } as const;
const FEEDBACK_SILENCE_MS = 3_000;
const DELAYED_MS = 250;

export class DownlinkEstimate {
  readonly #clock: Clock;
  readonly #estimator = new Estimator(CEILING, TOGETHER_MS);
  readonly #sent = new RateMeter();
  #feedbackMs = -Infinity;
  #leastRoundTripMs = Infinity;
  /**
   * What may be sent. Of little that was sent, little arrives: only where packets wait or are lost does an estimate that is lower
   * mean that more would be too much.
   */
  #limit = FIRST_BITS_PER_SECOND;
  #before: number | undefined;
  #narrowMs = -Infinity;
  #narrowSinceMs = NaN;
  #grownMs = NaN;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  get bitsPerSecond(): number {
    return this.#limit;
  }

  /** Whether packets wait longer and longer on the way. */
  get congested(): boolean {
    return this.#estimator.congested;
  }

  noteSent(bytes: number, now: number): void {
    this.#sent.add(bytes, now);
  }

  heedArrivals(fates: readonly PacketFate[]): void {
    if (fates.length === 0) return;
    this.#feedbackMs = this.#clock.now();
    this.#estimator.heed(fates, this.#feedbackMs);
    this.#follow(this.#feedbackMs);
  }

  heedReport(fractionLost: number, roundTripMs: number | undefined): void {
    const now = this.#clock.now();
    const sent = this.#sent.bitsPerSecond(now);
    if (now - this.#feedbackMs <= FEEDBACK_SILENCE_MS || sent === undefined) return;
    if (roundTripMs !== undefined) this.#leastRoundTripMs = Math.min(this.#leastRoundTripMs, roundTripMs);
    this.#estimator.heedReport(fractionLost, roundTripMs !== undefined && roundTripMs - this.#leastRoundTripMs > DELAYED_MS, sent, now);
    this.#follow(now);
  }

  heedEstimate(bitsPerSecond: number): void {
    const now = this.#clock.now();
    const sent = this.#sent.bitsPerSecond(now);
    if (now - this.#feedbackMs <= FEEDBACK_SILENCE_MS || sent === undefined) return;
    this.#estimator.heedEstimate(bitsPerSecond, sent, now);
    this.#follow(now, bitsPerSecond < sent);
  }

  /** To be called some times a second. @param limited whether more would be sent if there were room */
  tick(limited: boolean, now: number): void {
    const elapsed = Number.isNaN(this.#grownMs) ? 0 : (now - this.#grownMs) / 1000;
    this.#grownMs = now;
    if (limited && now - this.#narrowMs > GROWTH.quietMs) this.#limit = Math.min(CEILING, this.#limit * GROWTH.factor ** elapsed + GROWTH.bitsPerSecond * elapsed);
  }

  #follow(now: number, told = false): void {
    const { estimate, congested } = this.#estimator;
    if (estimate === undefined) return;
    if (told || congested || estimate < (this.#before ?? 0)) {
      if (now - this.#narrowMs > DOUBTED.pauseMs) this.#narrowSinceMs = now;
      this.#narrowMs = now;
      const doubted = now - this.#narrowSinceMs < DOUBTED.forMs;
      this.#limit = Math.min(this.#limit, doubted ? Math.max(DOUBTED.bitsPerSecond, estimate) : estimate);
    } else this.#limit = Math.max(this.#limit, estimate);
    this.#before = estimate;
  }
}
