/** Starts as many shards as the streamer is told to have, all fed by one source. */
import { availableParallelism } from 'node:os';
import type { Logger } from '../../shared/log/logger.ts';
import { systemClock } from '../../shared/sip/timing/clock.ts';
import type { Source } from '../source/source.ts';
import { Backlog } from './backlog.ts';
import { packFrame } from './messages.ts';
import { openLocalShard, type ShardSettings } from './open-local.ts';
import type { Shard } from './shard.ts';
import { Shards } from './shards.ts';
import { startWorker } from './start-worker.ts';
import { WorkerShard } from './worker-shard.ts';

/** One core serves hundreds of viewers: more threads than these cost memory on every machine and help on few. */
const MOST_WORKERS_BY_DEFAULT = 4;

/**
 * One core is left for source and SIP. With two cores the other one would be all that a worker gets, which it gains little by:
 * encoders and browsers want it as well.
 */
export function defaultWorkers(cores: number = availableParallelism()): number {
  return cores <= 2 ? 0 : Math.min(cores - 1, MOST_WORKERS_BY_DEFAULT);
}

export interface OpenShardsOptions {
  /** 0: everything in this thread. */
  readonly workers: number;
  readonly settings: ShardSettings;
  readonly source: Source;
  readonly random: () => number;
  readonly log: Logger;
}

/** Resolves when viewers can be admitted. */
export async function openShards({ workers, settings, source, random, log }: OpenShardsOptions): Promise<Shard> {
  if (workers === 0) return openLocalShard(settings, source, log);
  const backlog = new Backlog();
  const { timeOrigin } = performance;
  const shards = Array.from({ length: workers }, (_, number) => {
    const start = () => startWorker({ settings, tracks: source.tracks, onDemand: source.requestKeyframe !== undefined });
    return new WorkerShard({ number: number + 1, start, source, backlog, clock: systemClock, timeOrigin, random, log });
  });
  source.onFrame((frame) => {
    backlog.add(frame);
    const packed = packFrame(frame, source.epoch, timeOrigin);
    for (const shard of shards) shard.send(packed);
  });
  await Promise.all(shards.map((shard) => new Promise<void>((resolve) => shard.onReady(resolve))));
  return new Shards(shards);
}
