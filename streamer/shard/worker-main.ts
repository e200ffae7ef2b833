/** What runs in a worker thread: a shard whose source and calls are in the main thread. */
import { parentPort, workerData } from 'node:worker_threads';
import type { Track } from '../source/source.ts';
import type { FromWorker, Link, ToWorker } from './messages.ts';
import { openLocalShard, type ShardSettings } from './open-local.ts';
import { RelayedSource } from './relayed-source.ts';
import { remoteLogger } from './remote-logger.ts';
import { serveShard } from './serve.ts';

/** What {@link startWorker} hands to its thread. */
export interface WorkerData {
  readonly settings: ShardSettings;
  readonly tracks: readonly Track[];
  /** Whether the source has keyframes made where they are asked for. */
  readonly onDemand?: boolean;
}

if (!parentPort) throw new Error('This is the code of a worker thread; the streamer starts it');
const port = parentPort;
const { settings, tracks, onDemand = false } = workerData as WorkerData;
const link: Link<FromWorker, ToWorker> = {
  post: (message) => port.postMessage(message),
  onMessage: (listener) => port.on('message', (message) => listener(message as ToWorker)),
};
const source = new RelayedSource(tracks, performance.timeOrigin, ...(onDemand ? [() => link.post({ type: 'keyframe' })] : []));
const shard = await openLocalShard(settings, source, remoteLogger(link));
serveShard({
  link,
  shard,
  onFrame: (frame) => source.receive(frame),
  onClosed: () => process.exit(0),
});
