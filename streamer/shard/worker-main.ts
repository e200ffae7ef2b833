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
}

if (!parentPort) throw new Error('This is the code of a worker thread; the streamer starts it');
const port = parentPort;
const { settings, tracks } = workerData as WorkerData;
const source = new RelayedSource(tracks, performance.timeOrigin);
const link: Link<FromWorker, ToWorker> = {
  post: (message) => port.postMessage(message),
  onMessage: (listener) => port.on('message', (message) => listener(message as ToWorker)),
};
const shard = await openLocalShard(settings, source, remoteLogger(link));
serveShard({
  link,
  shard,
  onFrame: (frame) => source.receive(frame),
  onClosed: () => process.exit(0),
});
