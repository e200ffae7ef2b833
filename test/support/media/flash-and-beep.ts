/** A clip that flashes and beeps at each full second, and how far apart the two are in what came out of it. */
import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { EncodedAudioPacketSource, EncodedPacket, FilePathTarget, Output, WebMOutputFormat } from 'mediabunny';
import type { EncodedFrame } from '../../../streamer/source/source.ts';

const FLASH_SECONDS = 0.12;
const RATE = 48_000;
const LOUD = 3_000;

/** ffmpeg's input arguments: 25 frames a second, white and 1 kHz for the first eighth of each second. */
export function flashAndBeep(seconds: number, size = '320x240'): string[] {
  const flash = `color=black:size=${size}:rate=25:duration=${seconds},format=yuv420p,geq=lum='if(lt(mod(T,1),${FLASH_SECONDS}),235,16)':cb=128:cr=128`;
  const beep = `aevalsrc='if(lt(mod(t,1),${FLASH_SECONDS}),0.8*sin(2*PI*1000*t),0)':sample_rate=${RATE}:duration=${seconds}`;
  return ['-f', 'lavfi', '-i', flash, '-f', 'lavfi', '-i', beep];
}

function decodedSound(file: string): Promise<Buffer> {
  const args = ['-hide_banner', '-loglevel', 'error', '-i', file, '-af', 'aresample=async=1:first_pts=0', '-f', 's16le', '-ac', '1', '-ar', `${RATE}`, '-'];
  return new Promise((resolve, reject) => {
    execFile('ffmpeg', args, { encoding: 'buffer', maxBuffer: 256 * 1024 * 1024 }, (error, stdout) => (error ? reject(new Error(error.message)) : resolve(stdout)));
  });
}

/** Seconds at which beeps begin, from the packets of Opus and their times. */
export async function beeps(frames: readonly EncodedFrame[], scratch: string): Promise<number[]> {
  const output = new Output({ format: new WebMOutputFormat(), target: new FilePathTarget(scratch) });
  const source = new EncodedAudioPacketSource('opus');
  output.addAudioTrack(source);
  await output.start();
  const decoderConfig = { codec: 'opus', numberOfChannels: 2, sampleRate: RATE };
  for (const { data, seconds } of frames) await source.add(new EncodedPacket(data, 'key', seconds, 0.02), { decoderConfig });
  await output.finalize();
  const sound = await decodedSound(scratch);
  await rm(scratch);
  const times: number[] = [];
  let quietUntil = 0;
  for (let sample = 0; sample * 2 + 1 < sound.length; sample++) {
    if (Math.abs(sound.readInt16LE(sample * 2)) < LOUD) continue;
    if (sample >= quietUntil) times.push(sample / RATE);
    quietUntil = sample + RATE / 4;
  }
  return times;
}
