/** What the servers play: made by ffmpeg once and kept in test-output/, since encoding it takes longer than a measurement. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../../support/paths.ts';
import { toolPath } from '../../support/tools/system-tools.ts';

const FOLDER = join(repository, 'test-output');
const ENCODE_LIMIT_MS = 180_000;
const SOUND = ['-f', 'lavfi', '-i', 'sine=frequency=220:sample_rate=48000'];
const VP8 = ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-threads', '2', '-lag-in-frames', '0', '-auto-alt-ref', '0', '-error-resilient', '1'];
const OPUS = ['-c:a', 'libopus', '-b:a', '64k', '-frame_duration', '20'];

function made(name: string, seconds: number, ...args: readonly string[]): string {
  const file = join(FOLDER, name);
  if (existsSync(file)) return file;
  mkdirSync(FOLDER, { recursive: true });
  const unfinished = join(FOLDER, `unfinished-${process.pid}-${name}`);
  const { status, stderr } = spawnSync(toolPath('ffmpeg'), ['-y', '-nostdin', '-loglevel', 'error', ...args, '-t', `${seconds}`, unfinished], { timeout: ENCODE_LIMIT_MS, encoding: 'utf8' });
  if (status !== 0) throw new Error(`ffmpeg could not make ${name}: ${stderr}`);
  renameSync(unfinished, file);
  return file;
}

/** A moving picture of some 1.5 Mbit/s with a keyframe each second, and sound: about 220 packets a second. */
export function busyClip(): string {
  const picture = ['-f', 'lavfi', '-i', 'testsrc2=size=854x480:rate=25,noise=alls=8:allf=t'];
  return made('bench-busy.webm', 20, ...picture, ...SOUND, ...VP8, '-b:v', '1500k', '-minrate', '1500k', '-maxrate', '1500k', '-bufsize', '750k', '-g', '25', ...OPUS);
}

/** One small picture a second and hardly any sound: what a viewer costs beside his media. */
export function quietClip(): string {
  const picture = ['-f', 'lavfi', '-i', 'color=size=64x64:rate=1'];
  return made('bench-quiet.webm', 20, ...picture, ...SOUND, ...VP8, '-b:v', '8k', '-g', '1', '-c:a', 'libopus', '-b:a', '16k', '-frame_duration', '60');
}
