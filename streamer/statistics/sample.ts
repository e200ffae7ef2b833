/** One look at the streamer: counters that only grow, and what is true at this moment. */
import type { ViewerStatistics } from '../fanout/statistics.ts';

/** What the process has used so far. */
export interface Usage {
  /** CPU time of all threads, microseconds. */
  readonly cpuMicroseconds: number;
  readonly memoryBytes: number;
}

export interface Sample extends Usage {
  /** ms of the clock. */
  readonly at: number;
  /** By the names that their shard knows them by. */
  readonly viewers: ReadonlyMap<string, ViewerStatistics>;
}

export function processUsage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMicroseconds: user + system, memoryBytes: process.memoryUsage.rss() };
}
