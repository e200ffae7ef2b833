/** Starts the thread of a shard. */
import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { FromWorker } from './messages.ts';
import type { WorkerData } from './worker-main.ts';
import type { WorkerThread } from './worker-shard.ts';

/** Thousands of viewers fit in; a leak ends this thread and not the streamer. */
const MAX_HEAP_MB = 1_024;
const MAX_YOUNG_HEAP_MB = 32;

/** `.js` where this was compiled. */
const ENTRY = new URL(`./worker-main${extname(import.meta.url)}`, import.meta.url);

/** @param entry the code of the thread, compiled where Node cannot run TypeScript */
export function startWorker(workerData: WorkerData, entry: URL = ENTRY): WorkerThread {
  const worker = new Worker(entry, { workerData, name: 'media', resourceLimits: { maxOldGenerationSizeMb: MAX_HEAP_MB, maxYoungGenerationSizeMb: MAX_YOUNG_HEAP_MB } });
  let failure: Error | undefined;
  worker.on('error', (error: unknown) => (failure = error instanceof Error ? error : new Error(String(error))));
  return {
    post: (message) => worker.postMessage(message),
    onMessage: (listener) => worker.on('message', (message) => listener(message as FromWorker)),
    onEnded: (listener) => worker.once('exit', () => listener(failure)),
    terminate: () => void worker.terminate(),
  };
}
