/**
 * Whether losses say that too much is sent (draft-ietf-rmcat-gcc-02 §6). A radio link loses its share however little is sent: losses
 * that stay after the rate went down belong to the way, and only what goes beyond them counts.
 */

/** A sample is a second's packets, or more where those are few. */
const WINDOW_MS = 1_000;
const LEAST_PACKETS = 60;
const LONGEST_WINDOW_MS = 3_000;
/** So many standard deviations of a sample are the play of chance. */
const CHANCE_DEVIATIONS = 2;
/** Packets behind what a receiver report says, if it does not come with a count. */
const REPORTED_PACKETS = 100;
/** After a rate went down, its losses belong to what was sent before for so long. */
const SETTLING_MS = 1_500;
/** The rate has gone down if it is below this part of the one that it is compared with. */
const LOWER = 0.8;
/** Losses have stayed if they are above this part of what they were. */
const STAYED = 0.6;
/** Losses that have gone on for so long, whatever was done against them, belong to the way too. */
const PERSISTENT_MS = 6_000;
/** Weight of the latest second: a second has few packets, and chance plays with them. */
const SMOOTHING = 0.5;
/** How fast the way's own losses are found to have become less, a second. */
const FORGETTING = 0.1;
/** Less than this in excess is no hint of anything (§6). */
const HARMLESS = 0.02;
/** More than this means that too much is sent (§6). */
const TOO_MANY = 0.1;

/** `innocent`: what was lost has turned out not to depend on what is sent. */
export type LossVerdict = 'few' | 'too-many' | 'innocent';

export class LossMeter {
  #windowBeganMs = NaN;
  #packets = 0;
  #lost = 0;
  #fraction = 0;
  #samplePackets = REPORTED_PACKETS;
  /** Part that is lost however little is sent. */
  #ofTheWay = 0;
  #tooManySinceMs = NaN;
  /** When losses began to be too many, and at which rate. */
  #worst: { readonly rate: number; readonly fraction: number; lowerSinceMs: number } | undefined;

  /** Part of the packets that did not come in the latest second, 0 to 1. */
  get fraction(): number {
    return this.#fraction;
  }

  /** Part of the packets, 0 to 1, that was lost because too much was sent. */
  get excess(): number {
    const chance = CHANCE_DEVIATIONS * Math.sqrt((this.#ofTheWay * (1 - this.#ofTheWay)) / this.#samplePackets);
    return Math.max(0, (this.#fraction - this.#ofTheWay - chance) / (1 - this.#ofTheWay));
  }

  get tooMany(): boolean {
    return this.excess > TOO_MANY;
  }

  /** Whether nothing hints at too high a rate. */
  get harmless(): boolean {
    return this.excess < HARMLESS;
  }

  /**
   * @param rate in bits per second, at which they were sent
   * @returns what follows when a sample is complete
   */
  add(nowMs: number, packets: number, lost: number, rate: number): LossVerdict | undefined {
    if (Number.isNaN(this.#windowBeganMs)) this.#windowBeganMs = nowMs;
    this.#packets += packets;
    this.#lost += lost;
    const elapsed = nowMs - this.#windowBeganMs;
    if (elapsed < WINDOW_MS || this.#packets === 0 || (this.#packets < LEAST_PACKETS && elapsed < LONGEST_WINDOW_MS)) return undefined;
    const fraction = this.#lost / this.#packets;
    const sample = this.#packets;
    this.#windowBeganMs = nowMs;
    this.#packets = this.#lost = 0;
    return this.report(nowMs, fraction, rate, sample);
  }

  /** The same from a receiver report. */
  report(nowMs: number, latest: number, rate: number, packets = REPORTED_PACKETS): LossVerdict {
    this.#samplePackets = packets;
    this.#fraction += SMOOTHING * (latest - this.#fraction);
    const fraction = this.#fraction;
    if (fraction < this.#ofTheWay) this.#ofTheWay += FORGETTING * (fraction - this.#ofTheWay);
    const worst = this.#worst;
    if (!worst || fraction > worst.fraction / STAYED) {
      if (this.excess > HARMLESS) this.#worst = { rate, fraction, lowerSinceMs: NaN };
    } else if (rate > worst.rate * LOWER) worst.lowerSinceMs = NaN;
    else if (Number.isNaN(worst.lowerSinceMs)) worst.lowerSinceMs = nowMs;
    else if (nowMs - worst.lowerSinceMs >= SETTLING_MS) {
      if (fraction >= worst.fraction * STAYED) return this.#acquit(fraction);
      this.#worst = undefined;
    }
    if (!this.tooMany) this.#tooManySinceMs = NaN;
    else if (Number.isNaN(this.#tooManySinceMs)) this.#tooManySinceMs = nowMs;
    else if (nowMs - this.#tooManySinceMs >= PERSISTENT_MS) return this.#acquit(fraction);
    return this.tooMany ? 'too-many' : 'few';
  }

  #acquit(fraction: number): LossVerdict {
    this.#ofTheWay = Math.max(this.#ofTheWay, fraction);
    this.#tooManySinceMs = NaN;
    this.#worst = undefined;
    return 'innocent';
  }
}
