/** A source of statistics that says what a test tells it to. */
import type { ApiError } from '../../../front/api-error.ts';
import type { StatisticsReport } from '../../../front/statistics/report.ts';
import type { StatisticsListener, StatisticsSource } from '../../../front/statistics/source.ts';

export class ScriptedStatistics implements StatisticsSource {
  /** Each subscription so far: `subscribed NAME`, `ended NAME`. */
  readonly log: string[] = [];
  #listener: StatisticsListener | undefined;

  subscribe(streamer: string, listener: StatisticsListener) {
    this.log.push(`subscribed ${streamer}`);
    this.#listener = listener;
    return {
      end: async () => {
        this.log.push(`ended ${streamer}`);
      },
    };
  }

  /** The newest subscription reports. */
  report(report: StatisticsReport): void {
    this.#listener?.onReport(report);
  }

  /** The newest subscription is over. */
  end(error: ApiError): void {
    this.#listener?.onEnded(error);
  }
}

export function reportOf(viewers: number, rates: Partial<StatisticsReport> = { bitsPerSecond: 1000 * viewers }): StatisticsReport {
  return { viewers, loss: 0, memoryMegabytes: 50, renditions: {}, worst: [], ...rates };
}
