/** Clips that ffmpeg makes while a test runs, and what ffmpeg sees in them. */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

/** Runs ffmpeg to its end; its standard output. */
export async function ffmpeg(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('ffmpeg', ['-hide_banner', '-nostdin', '-loglevel', 'error', '-y', ...args], { maxBuffer: MAX_OUTPUT_BYTES });
  return stdout;
}

/** A moving pattern, whose frames differ from one another. */
export function pattern(size: string, seconds: number, rate = 25): string[] {
  return ['-f', 'lavfi', '-i', `testsrc2=size=${size}:rate=${rate}:duration=${seconds}`];
}

export function tone(seconds: number): string[] {
  return ['-f', 'lavfi', '-i', `sine=frequency=440:sample_rate=48000:duration=${seconds}`];
}

/** Settings of encoders, quick and with a keyframe every second of 25 frames. */
export const ENCODERS = {
  VP8: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '400k', '-g', '25', '-auto-alt-ref', '0'],
  VP9: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '400k', '-g', '25', '-lag-in-frames', '0'],
  AV1: ['-c:v', 'libsvtav1', '-preset', '12', '-b:v', '400k', '-g', '25', '-svtav1-params', 'pred-struct=1'],
  H264: ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-x264-params', 'sliced-threads=0', '-profile:v', 'baseline', '-pix_fmt', 'yuv420p', '-b:v', '400k', '-g', '25'],
  opus: ['-c:a', 'libopus', '-b:a', '64k'],
} as const;

export async function clip(folder: string, name: string, ...args: readonly string[]): Promise<string> {
  const file = join(folder, name);
  await ffmpeg(...args, file);
  return file;
}

/** A checksum for each picture that ffmpeg decodes from a file. */
export async function pictureChecksums(file: string, ...inputOptions: readonly string[]): Promise<string[]> {
  const text = await ffmpeg(...inputOptions, '-i', file, '-map', '0:v:0', '-fps_mode', 'passthrough', '-f', 'framemd5', '-');
  return text.split('\n').filter((line) => line !== '' && !line.startsWith('#')).map((line) => line.split(',').at(-1)?.trim() ?? '');
}
