/**
 * Which rendition a viewer gets: the best that his way carries, down at once, up only after his way has been wide enough for a
 * while. Whoever had to come down from a rendition soon after he had got it waits longer before he gets it again.
 */

export interface RenditionOption {
  /** The id of the source's track. */
  readonly track: number;
  readonly name: string;
  /** On average, without the overhead of packets. */
  readonly bitsPerSecond: number;
}

/** Headers of RTP and packets sent again. */
const OVERHEAD = 1.06;
/** Nobody begins with more than this, unless there is nothing less: nothing is known of his way yet. */
const FIRST_BITS_PER_SECOND = 1_000_000;
/** A rendition is left when the estimate is below this part of what it costs, and taken when above that part. */
const LEAVE_BELOW = 0.95;
const TAKE_ABOVE = 1.1;
/** How long the way must have been wide enough. */
const STEADY_MS = 2_000;
/** Not in the beginning: who starts on a wide way gets the best as soon as that is known. */
const BEGINNING_MS = 4_000;
/** Who comes down within this time of going up went up too early. */
const TRIAL_MS = 10_000;
/** What is sent belongs to the rendition before for so long: until the next keyframe, and a second more to measure. */
const SETTLING_MS = 2_500;
const BACK_OFF = { firstMs: 8_000, maxMs: 120_000 } as const;

export class RenditionChoice {
  /** Best first. */
  readonly #options: readonly RenditionOption[];
  readonly #beganMs: number;
  #current: number;
  #takenMs: number;
  #wideSinceMs = NaN;
  #wideFor = 0;
  #descended = false;
  /** Until when a rendition is not tried again, and how long that was. */
  readonly #backOff = new Map<number, { untilMs: number; lengthMs: number }>();
  #pinned: number | undefined;

  /** @param options at least one, best first */
  constructor(options: readonly RenditionOption[], nowMs: number) {
    this.#options = options;
    this.#beganMs = this.#takenMs = nowMs;
    const modest = options.findIndex((option) => costOf(option) <= FIRST_BITS_PER_SECOND);
    this.#current = modest < 0 ? options.length - 1 : modest;
  }

  get current(): RenditionOption {
    return this.#option(this.#pinned ?? this.#current);
  }

  /** Best first. */
  get names(): readonly string[] {
    return this.#options.map(({ name }) => name);
  }

  /** Whether the current one was taken because the way could not carry the one before. */
  get descended(): boolean {
    return this.#descended && !this.pinned;
  }

  get pinned(): boolean {
    return this.#pinned !== undefined;
  }

  /** Keeps the rendition of that name whatever the way is like; undefined lets it change again. @returns whether there is such a one */
  pin(name: string | undefined): boolean {
    const index = this.#options.findIndex((option) => option.name === name);
    if (name !== undefined && index < 0) return false;
    // Who lets go stays where he is until something speaks against it.
    this.#current = this.#pinned ?? this.#current;
    this.#pinned = name === undefined ? undefined : index;
    return true;
  }

  /** Whatever failed did so for another reason. */
  forgive(): void {
    this.#backOff.clear();
  }

  /**
   * @param estimate in bits per second
   * @param sentRate what the current rendition has really cost of late
   */
  update(estimate: number, sentRate: number | undefined, nowMs: number): void {
    const nominal = costOf(this.#option(this.#current));
    const cost = nowMs - this.#takenMs < SETTLING_MS ? nominal : Math.max(nominal, sentRate ?? 0);
    if (estimate < LEAVE_BELOW * cost && this.#current < this.#options.length - 1) this.#goDown(estimate, nowMs);
    else this.#considerUp(estimate, nowMs);
  }

  #goDown(estimate: number, nowMs: number): void {
    const left = this.#current;
    const fits = this.#options.findIndex((option, index) => index > left && costOf(option) <= estimate);
    if (nowMs - this.#takenMs < TRIAL_MS) this.#failed(left, nowMs);
    this.#take(fits < 0 ? this.#options.length - 1 : fits, nowMs);
  }

  #failed(index: number, nowMs: number): void {
    const before = this.#backOff.get(index);
    const lengthMs = before ? Math.min(BACK_OFF.maxMs, 2 * before.lengthMs) : BACK_OFF.firstMs;
    this.#backOff.set(index, { untilMs: nowMs + lengthMs, lengthMs });
  }

  #considerUp(estimate: number, nowMs: number): void {
    if (nowMs - this.#takenMs > TRIAL_MS) this.#backOff.delete(this.#current);
    const best = this.#options.findIndex((option, index) => TAKE_ABOVE * costOf(option) <= estimate && (this.#backOff.get(index)?.untilMs ?? 0) <= nowMs);
    if (best < 0 || best >= this.#current) {
      this.#wideSinceMs = NaN;
      return;
    }
    if (Number.isNaN(this.#wideSinceMs) || best > this.#wideFor) this.#wideSinceMs = nowMs;
    this.#wideFor = best;
    if (nowMs - this.#wideSinceMs >= STEADY_MS || nowMs - this.#beganMs < BEGINNING_MS) this.#take(best, nowMs);
  }

  #take(index: number, nowMs: number): void {
    this.#descended = index > this.#current;
    this.#current = index;
    this.#takenMs = nowMs;
    this.#wideSinceMs = NaN;
  }

  #option(index: number): RenditionOption {
    return this.#options[index] as RenditionOption;
  }
}

/** In bits per second of RTP. */
export function costOf({ bitsPerSecond }: RenditionOption): number {
  return bitsPerSecond * OVERHEAD;
}
