/** Inputs as they should not be: each is played as well as it can be, or refused in one line. */
import { chmod, mkdir, mkdtemp, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/sip/index.ts';
import { USUAL_VIDEO } from '../../streamer/source/ffmpeg/encodings.ts';
import { LiveSource } from '../../streamer/source/ffmpeg/live-source.ts';
import { openSource } from '../../streamer/source/open.ts';
import type { OpenedSource } from '../../streamer/source/opened-source.ts';
import { InputError, VP8, type MediaFrame } from '../../streamer/source/source.ts';
import { clip, ENCODERS, ffmpeg, pattern, tone } from '../support/media/ffmpeg.ts';
import { VirtualClock } from '../support/sip/virtual-clock.ts';

const LIMIT_MS = 60_000;

let folder: string;
const opened: OpenedSource[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sipcast-inputs-'));
});
afterEach(() => Promise.all(opened.splice(0).map(({ source }) => source.stop())));
afterAll(() => rm(folder, { recursive: true }));

const at = (name: string) => join(folder, name);

/** @param program stands in for ffmpeg */
async function openInput(input: string, program = 'ffmpeg') {
  const warnings: string[] = [];
  const result = await openSource({ input, ffmpeg: program, environment: process.env, clock: systemClock, random: () => 0, warn: (text) => warnings.push(text), cache: { folder: at('cache'), maxBytes: 1e9 } });
  opened.push(result);
  return { ...result, warnings };
}

/** Frames of the first moments; resolves when `done` holds of them. */
function play({ source }: OpenedSource, done: (frames: readonly MediaFrame[]) => boolean): Promise<readonly MediaFrame[]> {
  const frames: MediaFrame[] = [];
  return new Promise((resolve, reject) => {
    source.onFailure(reject);
    source.onFrame((frame) => {
      frames.push(frame);
      if (done(frames)) resolve(frames);
    });
    source.start();
  });
}

const count = (kind: string, least: number) => (frames: readonly MediaFrame[]) => frames.filter((frame) => frame.kind === kind).length >= least;
const tracksOf = ({ source }: OpenedSource) => source.tracks.map(({ codec }) => codec.name);

async function script(name: string, ...lines: readonly string[]): Promise<string> {
  await writeFile(at(name), ['#!/bin/sh', ...lines, ''].join('\n'));
  await chmod(at(name), 0o755);
  return at(name);
}

describe('a file', () => {
  it.each([
    ['that is no media', 'notes.avi', 'no film at all'],
    ['of zeros', 'zeros.mp4', Buffer.alloc(5_000)],
    ['without a byte', 'empty.mp4', ''],
  ])('%s is refused in one line', async (_, name, content) => {
    await writeFile(at(name), content);
    const error = await openInput(at(name)).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(InputError);
    expect((error as Error).message).toMatch(/^(ffmpeg cannot read )?\/.*\.(avi|mp4)(: .+| is empty)$/);
  });

  it('of MP4 that was cut before its index is refused, with ffmpeg’s reason', async () => {
    const whole = await readFile(await clip(folder, 'whole.mp4', ...pattern('320x240', 2), ...ENCODERS.H264));
    await writeFile(at('cut.mp4'), whole.subarray(0, whole.length / 2));
    await expect(openInput(at('cut.mp4'))).rejects.toThrow(/^ffmpeg cannot read .*cut\.mp4: .*(moov|Invalid data)/);
  });

  it('of Matroska that was cut is played as far as it goes, again and again', async () => {
    const whole = await readFile(await clip(folder, 'whole.mkv', ...pattern('320x240', 2), ...tone(2), ...ENCODERS.VP8, ...ENCODERS.opus));
    await writeFile(at('cut.mkv'), whole.subarray(0, Math.floor(whole.length * 0.6)));
    const result = await openInput(at('cut.mkv'));
    const frames = await play(result, (all) => all.filter(({ keyframe, kind }) => keyframe && kind === 'video').length >= 4);
    const indexes = frames.filter(({ kind }) => kind === 'video').flatMap(({ packets }) => packets.map(({ index }) => index));
    expect(indexes).toEqual(indexes.map((_, index) => index));
  }, LIMIT_MS);

  it.each([
    ['without sound', 'mute.avi', pattern('320x240', 1), ['-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'], ['VP8'], 'video'],
    ['without a picture', 'radio.mp3', tone(1), ['-c:a', 'mp3'], ['opus'], 'audio'],
    ['with sides that are odd', 'odd.avi', pattern('321x241', 1), ['-c:v', 'ffv1', '-pix_fmt', 'bgr0'], ['VP8'], 'video'],
    ['that is narrower than a macroblock', 'tiny.avi', pattern('6x5', 1), ['-c:v', 'ffv1', '-pix_fmt', 'bgr0'], ['VP8'], 'video'],
    ['with a varying frame rate', 'varying.mkv', [...pattern('320x240', 2), '-vf', "select='lt(mod(n,7),3)'", '-fps_mode', 'vfr'], ['-c:v', 'mpeg4'], ['VP8'], 'video'],
    ['with several of each', 'several.mkv', [...pattern('320x240', 1), ...pattern('160x120', 1), ...tone(1), ...tone(1), '-map', '0', '-map', '1', '-map', '2', '-map', '3'], ['-c:v', 'mpeg4', '-c:a', 'mp3'], ['VP8', 'opus'], 'video'],
  ] as const)('%s is played', async (_, name, input, encoders, tracks, kind) => {
    const result = await openInput(await clip(folder, name, ...input, ...encoders));
    expect(tracksOf(result)).toEqual(tracks);
    const frames = await play(result, count(kind, 6));
    expect(frames.find((frame) => frame.kind === kind)?.keyframe).toBe(true);
  }, LIMIT_MS);

  it('without a keyframe for a minute gets one each second', async () => {
    const file = await clip(folder, 'sparse.webm', ...pattern('160x120', 60, 5), '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-g', '9999', '-keyint_min', '9999');
    const result = await openInput(file);
    const frames = await play(result, (all) => all.filter(({ keyframe }) => keyframe).length >= 2);
    const [first, second] = frames.filter(({ keyframe }) => keyframe).map(({ packets }) => packets[0]?.timestamp ?? NaN);
    expect(((second ?? NaN) - (first ?? NaN)) / 90_000).toBeCloseTo(1, 1);
  }, LIMIT_MS);

  it('whose timestamps wrap and jump is played on at its pace', async () => {
    // A transport stream counts in 33 bits of 90 kHz: it wraps after 95,443.7 s. A second recording follows, whose clock is another one.
    const encoders = ['-c:v', 'mpeg2video', '-g', '10', '-c:a', 'mp2', '-f', 'mpegts'];
    await clip(folder, 'one.ts', ...pattern('160x120', 1), ...tone(1), ...encoders, '-output_ts_offset', '95442.2');
    await clip(folder, 'two.ts', ...pattern('160x120', 1), ...tone(1), ...encoders, '-output_ts_offset', '500');
    await writeFile(at('joined.ts'), Buffer.concat([await readFile(at('one.ts')), await readFile(at('two.ts'))]));
    const result = await openInput(at('joined.ts'));
    const begun = performance.now();
    const frames = await play(result, count('video', 45));
    expect(performance.now() - begun).toBeLessThan(10_000);
    const seconds = frames.filter(({ kind }) => kind === 'video').map(({ packets }) => (packets[0]?.timestamp ?? NaN) / 90_000);
    for (const [index, each] of seconds.entries()) if (index > 0) expect(each - (seconds[index - 1] ?? NaN)).toBeLessThan(0.5);
  }, LIMIT_MS);
});

describe('a folder', () => {
  it('is played film by film in one codec, whatever they were in', async () => {
    await mkdir(at('films'));
    await clip(at('films'), '1 first.webm', ...pattern('320x240', 1), ...tone(1), ...ENCODERS.VP8, ...ENCODERS.opus);
    await clip(at('films'), '2 second.avi', ...pattern('160x120', 1), ...tone(1), '-c:v', 'mpeg4', '-c:a', 'mp3');
    await writeFile(at('films/3 broken.mp4'), 'no film');
    const result = await openInput(at('films'));
    expect(tracksOf(result)).toEqual(['VP8', 'opus']);
    const frames = await play(result, count('video', 55));
    const times = frames.filter(({ kind }) => kind === 'video').map(({ packets }) => packets[0]?.timestamp ?? NaN);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    expect(result.warnings.join()).toMatch(/3 broken\.mp4 is passed over: .*Invalid data/);
  }, LIMIT_MS);
});

describe('the cache', () => {
  const moving = () => clip(folder, 'noise.avi', ...pattern('640x360', 6), '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p');

  it('that has no room left costs no viewer the film: it is encoded as it is played, and the operator is told', async () => {
    // Room for some hundred kilobytes in each file, in the blocks of 512 bytes that a POSIX shell counts.
    const program = await script('cramped', 'case "$*" in *-progress*) ulimit -f 200;; esac', 'exec ffmpeg "$@"');
    const result = await openInput(await moving(), program);
    const frames = await play(result, () => result.warnings.length > 0);
    const before = frames.length;
    await new Promise<void>((resolve) => result.source.onFrame((frame) => frame.keyframe && resolve()));
    expect(frames.length).toBeGreaterThan(before);
    expect(result.warnings.join()).toMatch(/no room left in .*cache .*; free some, or name another with --cache/);
    expect((await readdir(at('cache'))).filter((name) => name.startsWith('noise'))).toEqual([]);
    const indexes = frames.flatMap(({ packets }) => packets.map(({ index }) => index));
    expect(indexes).toEqual(indexes.map((_, index) => index));
  }, LIMIT_MS);

  it('is made once more when ffmpeg is killed', async () => {
    const program = await script('mortal', `case "$*" in *-progress*) if [ ! -e ${at('marker')} ]; then touch ${at('marker')}; kill -9 $$; fi;; esac`, 'exec ffmpeg "$@"');
    const result = await openInput(await clip(folder, 'mortal.avi', ...pattern('160x120', 1), '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p'), program);
    await play(result, count('video', 30));
    await result.film?.complete;
    expect(result.warnings).toEqual([]);
  }, LIMIT_MS);
});

describe('a live input', () => {
  it('that stalls is started anew, and time goes on', async () => {
    const file = await clip(folder, 'live.mkv', ...pattern('160x120', 1), ...ENCODERS.VP8, '-f', 'matroska', '-live', '1');
    // Shows a second of pictures at once, then nothing, and does not end.
    const program = await script('stalling', `cat ${file}`, 'exec sleep 600');
    const clock = new VirtualClock();
    const restarts: string[] = [];
    const source = new LiveSource({ ffmpeg: program, input: { arguments: ['-i', 'x'], streams: { video: '0:v:0' } }, tracks: [{ track: { id: 0, kind: 'video', codec: VP8 }, encoding: USUAL_VIDEO }], clock, random: () => 0, idleStopMs: 1_000, onRestart: (reason) => restarts.push(reason) });
    const frames: MediaFrame[] = [];
    let wake: () => void = () => undefined;
    source.onFrame((frame) => {
      frames.push(frame);
      wake();
    });
    const until = async (least: number) => {
      while (frames.length < least) await new Promise<void>((resolve) => (wake = resolve));
    };
    source.start();
    expect(source.pid).toBeUndefined();
    source.audience(1);
    await until(25);
    for (let second = 0; restarts.length === 0 && second < 10; second++) {
      await clock.advance(1_000);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(restarts).toEqual(['it showed nothing for 5 s']);
    await clock.advance(1_000);
    await until(50);
    const times = frames.map(({ packets }) => packets[0]?.timestamp ?? NaN);
    expect(times).toEqual([...times].sort((a, b) => a - b));
    source.audience(0);
    await clock.advance(2_000);
    expect(source.pid).toBeUndefined();
    await source.stop();
    expect(clock.pending).toBe(0);
  }, LIMIT_MS);

  it('that is not there is tried again and again, each time later', async () => {
    const clock = new VirtualClock();
    const waits: number[] = [];
    let wake: () => void = () => undefined;
    const source = new LiveSource({
      ffmpeg: 'ffmpeg',
      input: { arguments: ['-rtsp_transport', 'tcp', '-i', 'rtsp://127.0.0.1:1/none'], streams: { video: '0:v:0?' } },
      tracks: [{ track: { id: 0, kind: 'video', codec: VP8 }, encoding: USUAL_VIDEO }],
      clock,
      random: () => 0.5,
      idleStopMs: Infinity,
      onRestart: (reason, waitMs) => {
        expect(reason).toMatch(/refused|failed|error/i);
        waits.push(waitMs);
        wake();
      },
    });
    source.start();
    while (waits.length < 3) {
      await new Promise<void>((resolve) => (wake = resolve));
      await clock.advance(waits.at(-1) ?? 0);
    }
    await source.stop();
    expect(waits[2]).toBeGreaterThan(waits[0] ?? NaN);
    expect(clock.pending).toBe(0);
  }, LIMIT_MS);
});

describe('what ffmpeg was told', () => {
  it('cannot be changed by the name of a file', async () => {
    const handle = await open(at('-version;%(rm).avi'), 'w');
    await handle.close();
    await ffmpeg(...pattern('64x64', 1), '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', `file:${at('-version;%(rm).avi')}`);
    expect(tracksOf(await openInput(at('-version;%(rm).avi')))).toEqual(['VP8']);
  });
});
