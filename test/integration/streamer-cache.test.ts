import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/sip/index.ts';
import { EncodingCache } from '../../streamer/source/cache/cache.ts';
import { openEncodedFilm, planFor } from '../../streamer/source/encoded-film.ts';
import { openContainer } from '../../streamer/source/file/container.ts';
import { openFilm } from '../../streamer/source/file/demuxer.ts';
import { USUAL_VIDEO } from '../../streamer/source/ffmpeg/encodings.ts';
import { probe } from '../../streamer/source/ffmpeg/probe.ts';
import type { EncodedFrame } from '../../streamer/source/source.ts';
import { clip, ENCODERS } from '../support/media/ffmpeg.ts';
import { beeps, flashAndBeep } from '../support/media/flash-and-beep.ts';

let folder: string;
const caches: EncodingCache[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sipcast-cache-'));
});
afterEach(() => Promise.all(caches.splice(0).map((cache) => cache.close())));
afterAll(() => rm(folder, { recursive: true }));

function newCache(name: string) {
  const notes: string[] = [];
  const cache = new EncodingCache({ folder: join(folder, name), maxBytes: 2 ** 30, ffmpeg: 'ffmpeg', clock: systemClock, note: (text) => notes.push(text) });
  caches.push(cache);
  return { cache, notes };
}

async function openInput(input: string, cache: EncodingCache) {
  const container = await openContainer(input).catch(() => undefined);
  const contents = container ? { video: container.video !== undefined, audio: container.audio !== undefined } : await probe('ffmpeg', ['-i', input]);
  const plan = planFor(container, contents);
  return { plan, opened: await openEncodedFilm({ input, container, plan, duration: 4, cache, clock: systemClock, onProgress: () => undefined }) };
}

async function all(frames: AsyncIterable<EncodedFrame>): Promise<EncodedFrame[]> {
  const taken: EncodedFrame[] = [];
  for await (const frame of frames) taken.push(frame);
  return taken;
}

const H264_WITH_B_FRAMES = ['-c:v', 'libx264', '-preset', 'ultrafast', '-bf', '2', '-g', '250', '-pix_fmt', 'yuv420p'];

const FILMS = [
  ['H.264 with AAC in MP4: sound and an alternative', 'fine.mp4', [...ENCODERS.H264, '-c:a', 'aac'], ['video'], [2, 1]],
  ['H.264 with B-frames in Matroska: the picture alone', 'reordered.mkv', [...H264_WITH_B_FRAMES, ...ENCODERS.opus], ['audio'], [0]],
  ['MPEG-2 in a transport stream: everything', 'old.ts', ['-c:v', 'mpeg2video', '-b:v', '1M', '-c:a', 'mp2'], [], [0, 1]],
  ['Motion JPEG in AVI: everything', 'camera.avi', ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-c:a', 'pcm_s16le'], [], [0, 1]],
] as const;

describe('a film that needs an encoder for some of its tracks', () => {
  it.each(FILMS)('is played in step while it is encoded, and the same from the cache: %s', async (_, name, encoders, kept, wanted) => {
    const input = await clip(folder, name, ...flashAndBeep(4), ...encoders);
    const { cache } = newCache(`${name}.cache`);
    const { plan, opened } = await openInput(input, cache);
    expect(plan.kept).toEqual(kept);
    expect(plan.wanted.map(({ id }) => id)).toEqual(wanted);
    expect(opened.isComplete).toBe(false);
    const growing = await all(opened.film.frames());
    await opened.complete;
    opened.film.close();
    const again = await openInput(input, cache);
    expect(again.opened.isComplete).toBe(true);
    const complete = await all(again.opened.film.frames());
    const film = await openFilm(again.opened.parts);
    expect(film.duration).toBeGreaterThan(3.9);
    expect(film.duration).toBeLessThan(4.2);
    film.close();
    again.opened.film.close();
    for (const frames of [growing, complete]) {
      const times = frames.map(({ seconds }) => seconds);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      for (const { id } of opened.film.tracks.filter(({ kind }) => kind === 'video')) {
        const pictures = frames.filter(({ track }) => track === id);
        expect(pictures.length).toBeGreaterThanOrEqual(99);
        const keyframes = pictures.filter(({ keyframe }) => keyframe).map(({ seconds }) => seconds);
        expect(keyframes.length).toBeGreaterThanOrEqual(4);
        const flashes = [1, 2, 3].map((second) => pictures[second * 25]?.seconds ?? NaN);
        const sounds = await beeps(frames.filter(({ kind }) => kind === 'audio'), join(folder, 'scratch.webm'));
        for (const flash of flashes) expect(Math.min(...sounds.map((beep) => Math.abs(beep - flash)))).toBeLessThan(0.05);
      }
    }
    expect((await readdir(join(folder, `${name}.cache`))).every((file) => file.endsWith('.webm'))).toBe(true);
  });
});

describe('several encodings of one film', () => {
  it('have their keyframes at the same moments, each second, whatever the picture does; sizes fit the box and are even', async () => {
    // Cuts where an encoder would like keyframes of its own, and sides that are odd.
    const input = await clip(folder, 'cuts.avi', '-f', 'lavfi', '-i', 'testsrc2=size=641x361:rate=25:duration=3', '-vf', "negate=enable='lt(mod(t,0.7),0.35)'", '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p');
    const { cache } = newCache('renditions');
    const encodings = [USUAL_VIDEO, { ...USUAL_VIDEO, maxHeight: 180, maxWidth: 320, bitsPerSecond: 250_000 }];
    const entries = await cache.obtain({ input, encodings, keepTimes: false, onProgress: () => undefined });
    await Promise.all(entries.map(({ complete }) => complete));
    const films = await Promise.all(entries.map(({ final }, id) => openFilm([{ id, kind: 'video', file: final }])));
    const keyframes = await Promise.all(films.map(async (film) => (await all(film.frames())).filter(({ keyframe }) => keyframe).map(({ seconds }) => Math.round(seconds * 1000))));
    expect(keyframes).toEqual([[0, 1000, 2000], [0, 1000, 2000]]);
    for (const film of films) film.close();
    const containers = await Promise.all(entries.map(({ final }) => openContainer(final)));
    const [large, small] = containers.map((container) => container?.video?.picture);
    expect(large).toEqual({ width: 640, height: 360 });
    expect([small?.width, small?.height].every((side) => side !== undefined && side % 2 === 0 && side >= 178 && side <= 320)).toBe(true);
    for (const container of containers) container?.close();
  });
});
