import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../shared/log/logger.ts';
import { systemClock } from '../../shared/sip/index.ts';
import { openSource } from '../../streamer/source/open.ts';
import type { Source } from '../../streamer/source/source.ts';
import { Backlog } from '../../streamer/shard/backlog.ts';
import { packFrame, type ToWorker } from '../../streamer/shard/messages.ts';
import { Shards } from '../../streamer/shard/shards.ts';
import { startWorker } from '../../streamer/shard/start-worker.ts';
import { WorkerShard, type WorkerThread } from '../../streamer/shard/worker-shard.ts';
import { Crowd } from '../bench/media/crowd.ts';
import { startSipcast } from '../bench/media/servers/sipcast.ts';
import { dist, repository } from '../support/paths.ts';
import { WeriftViewer } from '../support/streamer/werift-viewer.ts';

const SAMPLE = join(repository, 'data/sample.webm');
/** Hung tests are to end soon; one second of media takes one second. */
const LIMIT_MS = 30_000;
const ENTRY = pathToFileURL(join(dist, 'streamer/shard/worker-main.js'));

describe('shards in worker threads', { timeout: LIMIT_MS }, () => {
  let source: Source;
  const closing: (() => Promise<unknown>)[] = [];

  beforeEach(async () => {
    ({ source } = await openSource({ input: SAMPLE, ffmpeg: undefined, environment: {}, clock: systemClock, random: Math.random, warn: () => undefined }));
    closing.push(() => source.stop());
  });

  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
  });

  async function open(count: number) {
    const backlog = new Backlog();
    const threads: WorkerThread[] = [];
    const { timeOrigin } = performance;
    const start = () => {
      const thread = startWorker({ settings: { mediaHost: '127.0.0.1', fanout: 'portable' }, tracks: source.tracks }, ENTRY);
      threads.push(thread);
      return thread;
    };
    const shards = Array.from({ length: count }, (_, number) => new WorkerShard({ number, start, source, backlog, clock: systemClock, timeOrigin, random: Math.random, log: silentLogger }));
    source.onFrame((frame) => {
      backlog.add(frame);
      for (const shard of shards) shard.send(packFrame(frame, source.epoch, timeOrigin));
    });
    const ready = (shard: WorkerShard) => new Promise<void>((resolve) => shard.onReady(resolve));
    await Promise.all(shards.map(ready));
    closing.push(() => new Shards(shards).close());
    source.start();
    return { shards, threads, ready };
  }

  async function watch(shard: Pick<WorkerShard, 'admit'>) {
    const viewer = new WeriftViewer();
    closing.push(() => viewer.close());
    const watching = await shard.admit('a call', await viewer.offer());
    const ended = new Promise<string>((resolve) => watching.onClosed(resolve));
    await viewer.accept(watching.answer);
    return { viewer, watching, ended };
  }

  it('play to their viewers; one that crashes takes nobody else with it and serves again soon', async () => {
    const { shards, threads, ready } = await open(2);
    const [first, second] = [shards[0]!, shards[1]!];
    const [doomed, other] = [await watch(first), await watch(second)];
    const plays = (viewer: WeriftViewer) => viewer.until(({ video, audio }) => video.frames > 10 && audio.packets > 10);
    await Promise.all([plays(doomed.viewer), plays(other.viewer)]);

    threads[0]!.post({ type: 'frame' } as ToWorker); // no frame at all: an error that nobody expects
    expect(await doomed.ended).toMatch(/crashed/);
    expect(first.available).toBe(false);
    const { frames } = other.viewer.video;
    await ready(first);
    const again = await watch(first);
    await again.viewer.until(({ video }) => video.frames > 0);
    expect(again.viewer.video.keyframes, 'he starts at a keyframe that came before his worker').toBe(1);
    await plays(again.viewer);
    await other.viewer.until(({ video }) => video.frames > frames + 25);
    expect([other.viewer.video.lost, other.viewer.audio.lost, again.viewer.video.lost]).toEqual([0, 0, 0]);
    expect((await other.watching.close())?.tracks.map(({ kind }) => kind)).toEqual(['video', 'audio']);
  });
});

describe('streamer --workers 2', { timeout: LIMIT_MS }, () => {
  it('serves calls from both threads, takes no part in anybody’s end, and closes cleanly', async () => {
    const host = '127.0.0.1';
    const server = await startSipcast({ label: 'with workers', host, clip: SAMPLE, args: ['--workers', '2'] });
    const crowd = new Crowd(server, { host, profile: 'cm' });
    try {
      await crowd.grow(5, 5);
      await crowd.until(({ received }) => received > 1_000);
      crowd.requireGenuine();
      const { expected, received } = crowd.counted();
      expect(received).toBe(expected);
      await crowd.empty();
      await crowd.grow(1, 1);
    } finally {
      await server.stop();
    }
    expect(await server.child.exited).toEqual({ code: 0, signal: null });
    expect(server.child.log.lines.map(({ text }) => text)).toEqual([]);
  });
});
