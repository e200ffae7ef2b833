/**
 * What a viewer's way can carry, in bits per second: from the delays of what he got (draft-ietf-rmcat-gcc-02 §5) and from what he
 * lost (§6). A streamer cannot send more to try whether it fits, for it encodes nothing anew: frames, which go out in one go, are
 * its probes, and where they are too small to measure by, the estimate creeps up with time.
 */
import { Capacity } from './capacity.ts';
import { LossMeter, type LossVerdict } from './loss.ts';
import type { PacketFate } from './packet-fate.ts';
import { PacketTrains, type Train } from './packet-trains.ts';
import { QueueDelay } from './queue-delay.ts';
import { RateWindow } from './rate-window.ts';
import { Trendline } from './trendline.ts';

/** There is a keyframe in each second: shorter stretches would see now a peak, now a valley. */
const RATE_WINDOW_MS = 1_000;
/** β of §5.5: below what came through, so that the queue empties. */
const DECREASE = 0.85;
/** A decrease shows its effect only after a round trip and some feedback. */
const DECREASE_PAUSE_MS = 400;
/** After a decrease the queue is to empty before anything is tried. */
const HOLD_MS = 1_500;
/** Growth a second: towards what was measured, beyond what was sent, and where nothing is known but that nothing is wrong. */
const GROWTH = { measured: 1.25, sent: 1.08, unknown: 1.04 } as const;
/** §5.5: what was not sent was not tried; so far beyond what came through may be believed. */
const BELIEVED_BEYOND_SENT = 1.5;
/** Of a measured capacity, others and retransmissions want a part; a single measurement is believed less. */
const USABLE = 0.85;
const USABLE_OF_ONE = 0.7;
/** Without a large frame for so long, the first estimate is what came through. */
const FIRST_FRAMES_MS = 2_000;
/** Packets that wait for less than this, beyond what our own frames explain, wait for the viewer's processor. */
const TOLERATED_WAIT_MS = 40;
/** Feedback comes some ten times a second; clocks that differ by this from before have been set anew. */
const CLOCK_JUMP_MS = 60_000;
const LEAST_ESTIMATE = 50_000;

export class Estimator {
  readonly #sent = new RateWindow(RATE_WINDOW_MS);
  readonly #received = new RateWindow(RATE_WINDOW_MS);
  readonly #loss = new LossMeter();
  readonly #capacity = new Capacity();
  #trains: PacketTrains;
  #queue = new QueueDelay();
  #trend = new Trendline();
  #lastReceivedMs = NaN;
  #estimate: number | undefined;
  #decreasedMs = -Infinity;
  #grownMs = NaN;
  #congested = false;
  #beganMs = NaN;
  /** Where losses made it go down, the estimate that it was before. */
  #beforeLoss: number | undefined;
  #acquittals = 0;
  readonly #ceiling: number;

  readonly #togetherMs: number | undefined;

  /**
   * @param ceiling more than this, in bits per second, is not to be found out where it cannot be measured
   * @param togetherMs packets sent nearer to each other than this were sent in one go; as a frame is unless given
   */
  constructor(ceiling: number, togetherMs?: number) {
    this.#ceiling = ceiling;
    this.#togetherMs = togetherMs;
    this.#trains = new PacketTrains(togetherMs);
  }

  /** In bits per second of RTP; undefined as long as there is nothing to go by. */
  get estimate(): number | undefined {
    return this.#estimate;
  }

  /** Part of the packets that did not come, 0 to 1. */
  get lost(): number {
    return this.#loss.fraction;
  }

  /** What the latest packets waited in queues, ms. */
  get queueMs(): number {
    return this.#queue.waitMs;
  }

  /** Whether the queue on the way grows, beyond what our own frames explain. */
  get congested(): boolean {
    return this.#congested;
  }

  /** How often losses that had been taken for too high a rate have turned out to be the way's own. */
  get acquittals(): number {
    return this.#acquittals;
  }

  /** Rate at which the latest second was sent. */
  sentRate(nowMs: number): number | undefined {
    return this.#sent.bitsPerSecond(nowMs);
  }

  /** To be called with each feedback. */
  heed(fates: readonly PacketFate[], nowMs: number): void {
    let [lost, sentBytes, receivedBytes] = [0, 0, 0];
    let trained = false;
    for (const fate of fates) {
      sentBytes += fate.bytes;
      if (fate.receivedMs === undefined) {
        lost++;
        continue;
      }
      receivedBytes += fate.bytes;
      if (Math.abs(fate.receivedMs - this.#lastReceivedMs) > CLOCK_JUMP_MS) this.#restart();
      this.#lastReceivedMs = fate.receivedMs;
      const train = this.#trains.add(fate);
      if (!train) continue;
      this.#measure(train);
      trained = true;
    }
    this.#sent.add(fates.at(-1)?.sentMs ?? nowMs, sentBytes);
    this.#received.add(nowMs, receivedBytes);
    if (trained && this.#congested) this.#decrease(nowMs, DECREASE * this.#arriving(nowMs));
    const rate = this.#sent.bitsPerSecond(nowMs) ?? 0;
    this.#heedLoss(this.#loss.add(nowMs, fates.length, lost, rate), rate, nowMs);
    this.#grow(nowMs);
  }

  /**
   * In place of transport-wide feedback: a receiver report (RFC 3550 §6.4.1).
   * @param sendingRate what he is being sent, in bits per second
   * @param delayed whether the round trip takes much longer than it did
   */
  heedReport(fractionLost: number, delayed: boolean, sendingRate: number, nowMs: number): void {
    this.#sent.add(nowMs, 0);
    this.#estimate ??= sendingRate;
    this.#congested = delayed;
    if (delayed) this.#decrease(nowMs, DECREASE * sendingRate);
    this.#heedLoss(this.#loss.report(nowMs, fractionLost, sendingRate), sendingRate, nowMs);
    if (this.#mayGrow(nowMs) && this.#loss.harmless) this.#growBy(GROWTH.sent, this.#ceiling, nowMs);
    this.#grownMs = nowMs;
  }

  /** In place of transport-wide feedback: the viewer's own estimate (REMB), which is believed where it says that too much is sent. */
  heedEstimate(bitsPerSecond: number, sendingRate: number, nowMs: number): void {
    if (bitsPerSecond < sendingRate) this.#decrease(nowMs, bitsPerSecond);
  }

  #restart(): void {
    this.#trains = new PacketTrains(this.#togetherMs);
    this.#queue = new QueueDelay();
    this.#trend = new Trendline();
  }

  #measure({ sentMs, delayMs, dispersionMs, capacity }: Train): void {
    this.#queue.add(sentMs, delayMs, dispersionMs);
    const usage = this.#trend.add(sentMs, delayMs);
    this.#congested = usage === 'over' && this.#queue.waitMs > this.#queue.ownBurstMs + TOLERATED_WAIT_MS;
    if (capacity !== undefined) this.#capacity.add(sentMs, capacity);
  }

  /** What comes through, of what is sent now; the second before may have seen a wider way. */
  #arriving(nowMs: number): number {
    return Math.min(this.#received.bitsPerSecond(nowMs) ?? Infinity, this.#capacity.latest ?? Infinity);
  }

  #heedLoss(verdict: LossVerdict | undefined, sendingRate: number, nowMs: number): void {
    if (verdict === 'too-many') {
      this.#beforeLoss ??= this.#estimate;
      this.#decrease(nowMs, Math.min(this.#estimate ?? Infinity, sendingRate) * (1 - 0.5 * this.#loss.excess));
    } else if (verdict === 'innocent' && this.#beforeLoss !== undefined) {
      this.#estimate = Math.max(this.#estimate ?? 0, this.#beforeLoss);
      this.#acquittals++;
    }
    if (verdict === 'innocent' || this.#congested) this.#beforeLoss = undefined;
  }

  #decrease(nowMs: number, to: number): void {
    if (nowMs - this.#decreasedMs < DECREASE_PAUSE_MS || !Number.isFinite(to)) return;
    this.#estimate = Math.max(LEAST_ESTIMATE, Math.min(to, this.#estimate ?? Infinity));
    this.#decreasedMs = nowMs;
    this.#capacity.forget();
  }

  #mayGrow(nowMs: number): boolean {
    return !this.#congested && this.#trend.usage === 'normal' && !this.#loss.tooMany && nowMs - this.#decreasedMs > HOLD_MS;
  }

  #grow(nowMs: number): void {
    const capacity = this.#capacity.at(nowMs);
    const received = this.#received.bitsPerSecond(nowMs);
    this.#estimate ??= this.#firstEstimate(capacity, received, nowMs);
    if (this.#mayGrow(nowMs)) {
      if (capacity !== undefined) this.#growBy(GROWTH.measured, USABLE * capacity, nowMs);
      if (received !== undefined && this.#loss.harmless) {
        this.#growBy(GROWTH.sent, BELIEVED_BEYOND_SENT * received, nowMs);
        if (capacity === undefined) this.#growBy(GROWTH.unknown, this.#ceiling, nowMs);
      }
    }
    this.#grownMs = nowMs;
  }

  #firstEstimate(capacity: number | undefined, received: number | undefined, nowMs: number): number | undefined {
    if (Number.isNaN(this.#beganMs)) this.#beganMs = nowMs;
    if (capacity !== undefined) return USABLE * capacity;
    if (this.#capacity.latest !== undefined) return USABLE_OF_ONE * this.#capacity.latest;
    return nowMs - this.#beganMs > FIRST_FRAMES_MS ? received : undefined;
  }

  #growBy(factorASecond: number, limit: number, nowMs: number): void {
    const before = this.#estimate ?? 0;
    const elapsed = Number.isNaN(this.#grownMs) ? 0 : (nowMs - this.#grownMs) / 1000;
    if (before < limit) this.#estimate = Math.min(limit, before * factorASecond ** elapsed);
  }
}
