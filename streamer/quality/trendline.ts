/**
 * Whether the queue on the way grows: the slope of a line laid through the latest delays, against a threshold that adapts to how
 * restless the way is (draft-ietf-rmcat-gcc-02 §5.3 and §5.4, with the least-squares filter that took the Kalman filter's place).
 */

export type Usage = 'normal' | 'over' | 'under';

/** Constants as deployed in WebRTC unless told otherwise; the names in comments are the draft's. */
/** Half a second of frames; 20 groups as deployed would be most of one. */
const WINDOW = 12;
/** Less than deployed: a sample a frame comes seldom, and the first packet of a frame is a clean one. */
const SMOOTHING = 0.8;
const GAIN = 4;
const MAX_SAMPLES_COUNTED = 60;
/** del_var_th(0), in ms, with its bounds and the speeds K_u and K_d, per ms, at which it adapts. */
const THRESHOLD = { first: 12.5, min: 6, max: 600, rise: 0.0087, fall: 0.039 } as const;
/** What lies further beyond the threshold than this is a jump, to which it does not adapt. */
const MAX_ADAPTATION_OFFSET_MS = 15;
const MAX_ADAPTATION_STEP_MS = 100;
/** overuse_time_th: a frame comes every 20 to 40 ms, so that this takes three of them. */
const OVERUSE_MS = 60;

export class Trendline {
  /** The latest points, each in place of the oldest one: a line through them does not ask for their order. */
  readonly #atMs = new Float64Array(WINDOW);
  readonly #delayMs = new Float64Array(WINDOW);
  #samples = 0;
  #lastDelayMs = NaN;
  #accumulatedMs = 0;
  #smoothedMs = 0;
  #threshold: number = THRESHOLD.first;
  #lastMs = NaN;
  #overSinceMs = NaN;
  #lastTrend = 0;
  #usage: Usage = 'normal';

  get usage(): Usage {
    return this.#usage;
  }

  /**
   * @param atMs when the packet was sent
   * @param delayMs how long it took, plus any constant
   */
  add(atMs: number, delayMs: number): Usage {
    if (!Number.isNaN(this.#lastDelayMs)) this.#accumulatedMs += delayMs - this.#lastDelayMs;
    this.#lastDelayMs = delayMs;
    this.#smoothedMs = SMOOTHING * this.#smoothedMs + (1 - SMOOTHING) * this.#accumulatedMs;
    const place = this.#samples++ % WINDOW;
    this.#atMs[place] = atMs;
    this.#delayMs[place] = this.#smoothedMs;
    const slope = this.#samples >= WINDOW ? slopeOf(this.#atMs, this.#delayMs) : 0;
    this.#detect(Math.min(this.#samples, MAX_SAMPLES_COUNTED) * slope * GAIN, atMs);
    return this.#usage;
  }

  #detect(trend: number, atMs: number): void {
    if (trend > this.#threshold) {
      if (Number.isNaN(this.#overSinceMs)) this.#overSinceMs = atMs;
      if (atMs - this.#overSinceMs >= OVERUSE_MS && trend >= this.#lastTrend) this.#usage = 'over';
    } else {
      this.#overSinceMs = NaN;
      this.#usage = trend < -this.#threshold ? 'under' : 'normal';
    }
    this.#lastTrend = trend;
    this.#adapt(trend, atMs);
  }

  #adapt(trend: number, atMs: number): void {
    const elapsed = Math.min(MAX_ADAPTATION_STEP_MS, Number.isNaN(this.#lastMs) ? 0 : atMs - this.#lastMs);
    this.#lastMs = atMs;
    const size = Math.abs(trend);
    if (size > this.#threshold + MAX_ADAPTATION_OFFSET_MS) return;
    const speed = size < this.#threshold ? THRESHOLD.fall : THRESHOLD.rise;
    this.#threshold = Math.min(THRESHOLD.max, Math.max(THRESHOLD.min, this.#threshold + speed * (size - this.#threshold) * elapsed));
  }
}

/** By least squares: ms of delay that are added in one ms. */
function slopeOf(atMs: Float64Array, delayMs: Float64Array): number {
  let meanAt = 0;
  let meanDelay = 0;
  for (let point = 0; point < WINDOW; point++) {
    meanAt += (atMs[point] as number) / WINDOW;
    meanDelay += (delayMs[point] as number) / WINDOW;
  }
  let covariance = 0;
  let variance = 0;
  for (let point = 0; point < WINDOW; point++) {
    const fromMean = (atMs[point] as number) - meanAt;
    covariance += fromMean * ((delayMs[point] as number) - meanDelay);
    variance += fromMean * fromMean;
  }
  return variance === 0 ? 0 : covariance / variance;
}
