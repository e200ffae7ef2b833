/**
 * `npm run sample`: makes data/sample.webm (VP8 and Opus, a keyframe each second, an endless loop), its title and
 * description in data/sample.json and its poster in data/images/. Needs an ffmpeg with libvpx, libopus and libwebp;
 * whoever only plays the clip needs none.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  ALL_FORMATS,
  EncodedAudioPacketSource,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  FilePathSource,
  FilePathTarget,
  Input,
  Output,
  WebMOutputFormat,
} from 'mediabunny';
import { Canvas } from './canvas.ts';
import { drawFrame, PICTURE } from './sample-picture.ts';
import { drawSound, SOUND } from './sample-sound.ts';

const DATA = fileURLToPath(new URL('../../data/', import.meta.url));
const MAX_BYTES = 3_000_000;
const VIDEO_BITRATE = '900k';
const AUDIO_BITRATE = '64k';
const POSTER_FRAME = 187;

/** The sound is encoded from this long before the loop on, and cut: so its first packet continues its last one. */
const LEAD_SECONDS = 1;
const OPUS_PACKET_SECONDS = 0.02;

const DESCRIPTION = {
  title: 'The sipcast clock',
  description: 'A running clock with a flash and a beep on each second: see the delay, hear the lip-sync.',
  image: '/images/sample.webp',
};

/** Runs ffmpeg, feeding it what `feed` yields; rejects with what it said when it fails. */
async function ffmpeg(args: readonly string[], feed: Iterable<Buffer>): Promise<void> {
  const child = spawn(process.env['FFMPEG_PATH'] ?? 'ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args], { stdio: ['pipe', 'ignore', 'inherit'] });
  const exited = once(child, 'exit') as Promise<[number | null]>;
  child.stdin.on('error', () => undefined); // ffmpeg's own message and exit status say it better
  for (const piece of feed) {
    if (!child.stdin.write(piece)) await Promise.race([once(child.stdin, 'drain'), exited]);
    if (child.exitCode !== null) break;
  }
  child.stdin.end();
  const [status] = await exited;
  if (status !== 0) throw new Error(`ffmpeg ended with status ${String(status)}`);
}

function* frames(first: number, count: number): Generator<Buffer> {
  for (let frame = first; frame < first + count; frame++) {
    const canvas = new Canvas(PICTURE.width, PICTURE.height);
    drawFrame(canvas, frame);
    yield canvas.pixels;
  }
}

const RAW_PICTURE = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', `${PICTURE.width}x${PICTURE.height}`, '-r', `${PICTURE.framesPerSecond}`, '-i', '-'];
const RAW_SOUND = ['-f', 's16le', '-ar', `${SOUND.sampleRate}`, '-ac', `${SOUND.channels}`, '-i', '-'];

async function encodeVideo(folder: string): Promise<string> {
  const raw = join(folder, 'raw.mkv');
  await ffmpeg([...RAW_PICTURE, '-vf', 'scale=out_color_matrix=bt601', '-pix_fmt', 'yuv420p', '-c:v', 'ffv1', raw], frames(0, PICTURE.framesPerSecond * PICTURE.seconds));
  const clip = join(folder, 'video.webm');
  const gop = `${PICTURE.framesPerSecond}`;
  for (const pass of ['1', '2']) {
    await ffmpeg(
      ['-i', raw, '-c:v', 'libvpx', '-pass', pass, '-passlogfile', join(folder, 'pass'), '-quality', 'good', '-cpu-used', '1', '-b:v', VIDEO_BITRATE, '-qmin', '2', '-qmax', '16',
        '-g', gop, '-keyint_min', gop, '-auto-alt-ref', '0', '-lag-in-frames', '16', '-error-resilient', '1', '-threads', '2', ...(pass === '1' ? ['-f', 'null', '-'] : [clip])],
      [],
    );
  }
  return clip;
}

async function encodeAudio(folder: string): Promise<string> {
  const clip = join(folder, 'audio.webm');
  await ffmpeg([...RAW_SOUND, '-c:a', 'libopus', '-b:a', AUDIO_BITRATE, '-vbr', 'on', clip], [drawSound(-LEAD_SECONDS, PICTURE.seconds + LEAD_SECONDS)]);
  return clip;
}

function open(file: string): Input {
  return new Input({ formats: ALL_FORMATS, source: new FilePathSource(file) });
}

/** Writes one WebM from the video as it is and the packets of sound that make up exactly one loop. */
async function joinTracks(videoFile: string, audioFile: string, target: string): Promise<void> {
  const video = await open(videoFile).getPrimaryVideoTrack();
  const audio = await open(audioFile).getPrimaryAudioTrack();
  if (!video || !audio) throw new Error('ffmpeg wrote no video or no audio');
  const output = new Output({ format: new WebMOutputFormat(), target: new FilePathTarget(target) });
  const videoOut = new EncodedVideoPacketSource('vp8');
  const audioOut = new EncodedAudioPacketSource('opus');
  output.addVideoTrack(videoOut, { frameRate: PICTURE.framesPerSecond });
  output.addAudioTrack(audioOut);
  await output.start();
  const sound = new EncodedPacketSink(audio).packets();
  const skip = Math.round(LEAD_SECONDS / OPUS_PACKET_SECONDS);
  for (let packet = 0; packet < skip; packet++) await sound.next();
  const audioConfig = { decoderConfig: (await audio.getDecoderConfig()) ?? undefined };
  const videoConfig = { decoderConfig: (await video.getDecoderConfig()) ?? undefined };
  let audioPacket = 0;
  for await (const picture of new EncodedPacketSink(video).packets()) {
    while (audioPacket * OPUS_PACKET_SECONDS <= picture.timestamp && audioPacket * OPUS_PACKET_SECONDS < PICTURE.seconds) {
      const next = await sound.next();
      if (next.done) throw new Error('ffmpeg wrote less sound than picture');
      await audioOut.add(next.value.clone({ timestamp: audioPacket++ * OPUS_PACKET_SECONDS, duration: OPUS_PACKET_SECONDS }), audioConfig);
    }
    await videoOut.add(picture, videoConfig);
  }
  for (; audioPacket * OPUS_PACKET_SECONDS < PICTURE.seconds - 1e-9; audioPacket++) {
    const next = await sound.next();
    if (next.done) throw new Error('ffmpeg wrote less sound than picture');
    await audioOut.add(next.value.clone({ timestamp: audioPacket * OPUS_PACKET_SECONDS, duration: OPUS_PACKET_SECONDS }), audioConfig);
  }
  await output.finalize();
}

async function main(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'sipcast-sample-'));
  try {
    await mkdir(join(DATA, 'images'), { recursive: true });
    const clip = join(DATA, 'sample.webm');
    await joinTracks(await encodeVideo(folder), await encodeAudio(folder), clip);
    await ffmpeg([...RAW_PICTURE, '-frames:v', '1', '-c:v', 'libwebp', '-quality', '82', join(DATA, 'images/sample.webp')], frames(POSTER_FRAME, 1));
    await writeFile(join(DATA, 'sample.json'), `${JSON.stringify(DESCRIPTION, undefined, 2)}\n`);
    const { size } = await stat(clip);
    if (size > MAX_BYTES) throw new Error(`The clip has ${size} bytes, more than the ${MAX_BYTES} it may have: lower VIDEO_BITRATE`);
    process.stdout.write(`${clip}: ${size} bytes, ${PICTURE.seconds} s\n`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await main();
