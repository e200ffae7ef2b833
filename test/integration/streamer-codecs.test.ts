import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { demux } from '../../streamer/source/file/demuxer.ts';
import { MAX_PAYLOAD_BYTES, Packetizer } from '../../streamer/source/packetizer.ts';
import type { MediaFrame } from '../../streamer/source/source.ts';
import { DEPACKETIZERS, toFile } from '../support/media/depacketize.ts';
import { clip, ENCODERS, pattern, pictureChecksums, tone } from '../support/media/ffmpeg.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sipcast-codecs-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function packetized(file: string): Promise<{ video: MediaFrame[]; audio: MediaFrame[] }> {
  const film = await demux(file);
  if (!film) throw new Error(`${file} cannot be played as it is`);
  const packetizers = new Map(film.tracks.map((track) => [track.id, new Packetizer(track)]));
  const frames: MediaFrame[] = [];
  for await (const frame of film.frames()) {
    const packets = packetizers.get(frame.track)?.packetize(frame);
    if (packets) frames.push(packets);
  }
  film.close();
  return { video: frames.filter(({ kind }) => kind === 'video'), audio: frames.filter(({ kind }) => kind === 'audio') };
}

const CONTAINERS = [
  ['VP8', 'webm'],
  ['VP9', 'webm'],
  ['VP9', 'mp4'],
  ['AV1', 'webm'],
  ['AV1', 'mp4'],
  ['H264', 'mp4'],
  ['H264', 'mkv'],
] as const;

describe('a film that needs no encoder', () => {
  it.each(CONTAINERS)('arrives whole at a receiver: %s in %s', async (codec, extension) => {
    const [width, height] = [322, 242];
    const file = await clip(folder, `${codec}.${extension}`, ...pattern(`${width}x${height}`, 2), ...tone(2), ...ENCODERS[codec], ...ENCODERS.opus);
    const { video, audio } = await packetized(file);
    expect(video).toHaveLength(50);
    expect(audio.length).toBeGreaterThanOrEqual(100);
    const keyframes = video.flatMap(({ keyframe }, index) => (keyframe ? [index] : []));
    expect(keyframes).toContain(0);
    expect(keyframes).toContain(25);
    for (const { packets, keyframe, discardable } of video) {
      expect(packets.every(({ payload }) => payload.length > 0 && payload.length <= MAX_PAYLOAD_BYTES)).toBe(true);
      expect(packets.map(({ marker }) => marker)).toEqual(packets.map((_, index) => index === packets.length - 1));
      expect(discardable).toBe(false);
      const sizes = packets.slice(codec === 'H264' && keyframe ? 1 : 0, -1).map(({ payload }) => payload.length);
      expect(new Set(sizes).size).toBeLessThanOrEqual(1);
    }
    const received = join(folder, `${codec}-${extension}.${codec === 'H264' ? 'h264' : 'ivf'}`);
    await writeFile(received, toFile(codec, video.map(({ packets }) => DEPACKETIZERS[codec](packets.map(({ payload }) => payload))), width, height));
    expect(await pictureChecksums(received)).toEqual(await pictureChecksums(file));
  });

  it.each(['VP8', 'VP9'] as const)('tells the frames of an upper temporal layer, without which the others decode the same: %s', async (codec) => {
    const layers = ['-error-resilient', '1', '-lag-in-frames', '0', '-ts-parameters', 'ts_number_layers=3:ts_target_bitrate=150,250,400:ts_rate_decimator=4,2,1:ts_periodicity=4:ts_layer_id=0,2,1,2:ts_layering_mode=3'];
    const file = await clip(folder, `${codec}-layers.webm`, ...pattern('320x240', 2), ...ENCODERS[codec], ...layers);
    const { video } = await packetized(file);
    const kept = video.flatMap(({ discardable }, index) => (discardable ? [] : [index]));
    expect(kept.length).toBeLessThan(30);
    expect(kept.length).toBeGreaterThanOrEqual(25);
    const all = await pictureChecksums(file);
    const received = join(folder, `${codec}-layers.ivf`);
    await writeFile(received, toFile(codec, kept.map((index) => DEPACKETIZERS[codec](video[index]?.packets.map(({ payload }) => payload) ?? [])), 320, 240));
    expect(await pictureChecksums(received)).toEqual(kept.map((index) => all[index]));
  });

  it('tells the frames of H.264 that nothing refers to', async () => {
    const file = await clip(folder, 'references.mp4', ...pattern('320x240', 1), '-c:v', 'libx264', '-bf', '0', '-x264-params', 'keyint=25:scenecut=0', '-pix_fmt', 'yuv420p');
    const { video } = await packetized(file);
    expect(video.filter(({ keyframe }) => keyframe)).toHaveLength(1);
    expect(video.every(({ discardable }) => !discardable)).toBe(true);
  });
});
