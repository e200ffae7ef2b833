/** Looks at the streamer once a second, for as long as somebody wants to know: nothing is counted for nobody. */
import type { Cancel, Clock } from '../../shared/sip/timing/clock.ts';
import type { Shard } from '../shard/shard.ts';
import { compare, type Naming } from './compare.ts';
import type { StatisticsReport } from './report.ts';
import type { Sample, Usage } from './sample.ts';

export const SAMPLE_INTERVAL_MS = 1_000;

export interface SamplerOptions {
  readonly idOf: Naming;
  readonly shard: Pick<Shard, 'statistics'>;
  readonly usage: () => Usage;
  readonly clock: Clock;
  /** Hears of each report but the first, for which `start` resolves. */
  readonly onReport: () => void;
  /** Hears why a look at the streamer came to nothing; the next one may do better. */
  readonly onFailure: (error: unknown) => void;
}

export class Sampler {
  readonly #options: SamplerOptions;
  #latest: Sample | undefined;
  #report: StatisticsReport | undefined;
  #cancel: Cancel | undefined;
  #running = false;
  #first: Promise<void> | undefined;

  constructor(options: SamplerOptions) {
    this.#options = options;
  }

  /** As of the last second; undefined before the first look. */
  get report(): StatisticsReport | undefined {
    return this.#report;
  }

  /** Begins to look, unless it does already; resolves when there is a report, or none to be had. */
  start(): Promise<void> {
    if (this.#running) return this.#first ?? Promise.resolve();
    this.#running = true;
    this.#latest = undefined;
    this.#report = undefined;
    this.#first = this.#look();
    return this.#first;
  }

  stop(): void {
    this.#running = false;
    this.#cancel?.();
  }

  async #look(): Promise<void> {
    const { clock } = this.#options;
    const next = clock.now() + SAMPLE_INTERVAL_MS;
    try {
      await this.#sample();
    } catch (error) {
      this.#options.onFailure(error);
    }
    if (!this.#running) return;
    this.#cancel?.();
    this.#cancel = clock.setTimeout(() => void this.#look(), Math.max(0, next - clock.now()));
  }

  async #sample(): Promise<void> {
    const { shard, usage, clock, idOf, onReport } = this.#options;
    const viewers = await shard.statistics();
    const sample: Sample = { at: clock.now(), viewers, ...usage() };
    const before = this.#latest;
    this.#report = compare(before, sample, idOf);
    this.#latest = sample;
    if (before) onReport();
  }
}
