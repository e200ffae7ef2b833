import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openContainer } from '../../../../../streamer/source/file/container.ts';
import { demux } from '../../../../../streamer/source/file/demuxer.ts';
import type { Film } from '../../../../../streamer/source/file/film.ts';
import { endlessly, FileSource } from '../../../../../streamer/source/file/file-source.ts';
import type { EncodedFrame, MediaFrame } from '../../../../../streamer/source/source.ts';
import { packageFolder } from '../../../../../shared/cli/version.ts';
import { VirtualClock } from '../../../../support/sip/virtual-clock.ts';

const SAMPLE = join(packageFolder(), 'data/sample.webm');

async function take(frames: AsyncIterable<EncodedFrame>, count: number): Promise<EncodedFrame[]> {
  const taken: EncodedFrame[] = [];
  for await (const frame of frames) if (taken.push(frame) >= count) break;
  return taken;
}

async function opened(): Promise<Film> {
  const file = await demux(SAMPLE);
  if (!file) throw new Error('the sample clip cannot be demuxed');
  return file;
}

describe('the sample clip, read without ffmpeg', () => {
  it('has VP8 and Opus, twenty seconds, and a keyframe each second', async () => {
    const file = await opened();
    expect(file.tracks).toMatchObject([{ kind: 'video', codec: { name: 'VP8', clockRate: 90_000 } }, { kind: 'audio', codec: { name: 'opus', clockRate: 48_000 } }]);
    expect(file.duration).toBeCloseTo(20, 6);
    const container = await openContainer(SAMPLE);
    expect([container?.video?.hindrance, container?.audio?.hindrance]).toEqual([undefined, undefined]);
    container?.close();
    const frames = await take(file.frames(), Infinity);
    expect(frames.filter(({ kind, keyframe }) => kind === 'video' && keyframe).map(({ seconds }) => Math.round(seconds * 1000))).toEqual(Array.from({ length: 20 }, (_, second) => second * 1000));
    expect(frames.filter(({ kind }) => kind === 'video')).toHaveLength(500);
    expect(frames.filter(({ kind }) => kind === 'audio')).toHaveLength(1000);
    file.close();
  });

  it('gives frames in order of time, sound and picture merged', async () => {
    const file = await opened();
    const times = (await take(file.frames(), Infinity)).map(({ seconds }) => seconds);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(times[0]).toBe(0);
    file.close();
  });

  it.each([[7.3, 7], [7, 7], [0, 0], [-5, 0], [19.99, 19], [99, 19]])('begins at the keyframe at or before second %s', async (from, keyframe) => {
    const file = await opened();
    const frames = await take(file.frames(from), 10);
    const video = frames.find(({ kind }) => kind === 'video');
    const audio = frames.find(({ kind }) => kind === 'audio');
    expect(video).toMatchObject({ keyframe: true, seconds: keyframe });
    expect(Math.abs((audio?.seconds ?? NaN) - keyframe)).toBeLessThanOrEqual(0.021);
    file.close();
  });

  it('loops without a break in the timestamps', async () => {
    const file = await opened();
    const frames = await take(endlessly(file), 4000);
    for (const kind of ['video', 'audio'] as const) {
      const step = kind === 'video' ? 40 : 20;
      const times = frames.filter((frame) => frame.kind === kind).map(({ seconds }) => Math.round(seconds * 1000));
      expect(times).toEqual(times.map((_, index) => index * step));
    }
    file.close();
  });

  it('plays as a source at its own pace, and lets go of the file when it is stopped', async () => {
    const clock = new VirtualClock();
    const source = new FileSource(await opened(), clock);
    const heard: [number, MediaFrame][] = [];
    const failures: Error[] = [];
    source.onFrame((frame) => heard.push([clock.now(), frame]));
    source.onFailure((error) => failures.push(error));
    source.start();
    // Reading the file takes real time: let the clock pass only when frames are there.
    while (clock.now() < 1_000) {
      await new Promise((resolve) => setImmediate(resolve));
      if (clock.pending > 0) await clock.advance(20);
    }
    await source.stop();
    expect(heard.length).toBeGreaterThan(70);
    for (const [at, { kind, packets }] of heard) expect(Math.abs(at - source.epoch - ((packets[0]?.timestamp ?? 0) / (kind === 'video' ? 90 : 48)))).toBeLessThanOrEqual(40);
    expect(failures).toEqual([]);
    expect(clock.pending).toBe(0);
  });
});

describe('files that cannot be played as they are', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sipcast-demuxer-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  it.each([
    ['text', Buffer.from('not media at all')],
    ['zeros', Buffer.alloc(10_000)],
  ])('are left to others: %s', async (name, content) => {
    const file = join(folder, name);
    await writeFile(file, content);
    expect(await demux(file)).toBeUndefined();
  });
});
