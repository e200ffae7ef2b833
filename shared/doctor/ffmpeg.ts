/** ffmpeg: whether it is there, and whether it makes what browsers play, by letting it. */
import { execFile } from 'node:child_process';
import { FfmpegNotFoundError, HOW_TO_INSTALL, locateFfmpeg } from '../ffmpeg/locate.ts';
import { failure, ok, warning } from './finding.ts';
import type { Finding } from './finding.ts';

const LIMIT_MS = 10_000;

/** What a streamer lets ffmpeg make, with the shortest input that shows it. */
const ENCODERS = {
  'VP8 (libvpx)': ['-f', 'lavfi', '-i', 'color=size=64x64:rate=10:duration=0.1', '-c:v', 'libvpx'],
  'Opus (libopus)': ['-f', 'lavfi', '-i', 'anullsrc=r=48000:cl=stereo', '-t', '0.1', '-c:a', 'libopus'],
} as const;

/** @param named what --ffmpeg says */
export async function checkFfmpeg(named: string | undefined, environment: NodeJS.ProcessEnv): Promise<Finding> {
  let path: string | undefined;
  try {
    path = await locateFfmpeg(named, environment);
  } catch (error) {
    if (!(error instanceof FfmpegNotFoundError)) throw error;
    return failure('ffmpeg', error.message.toLowerCase().startsWith('there') ? `t${error.message.slice(1)}` : error.message, 'correct --ffmpeg or FFMPEG_PATH');
  }
  if (path === undefined) return warning('ffmpeg', 'there is no ffmpeg, so that films which browsers take as they are can be shown, and nothing else', HOW_TO_INSTALL);
  return tried(path);
}

async function tried(path: string): Promise<Finding> {
  const version = await run(path, ['-version']);
  if (!version.succeeded) return failure('ffmpeg', `${path} cannot be run: ${version.said}`, HOW_TO_INSTALL);
  const results = await Promise.all(
    Object.entries(ENCODERS).map(async ([name, input]) => ({ name, ...(await run(path, ['-hide_banner', '-nostdin', '-loglevel', 'error', ...input, '-f', 'null', '-'])) })),
  );
  const missing = results.filter(({ succeeded }) => !succeeded).map(({ name }) => name);
  const [, number = 'of an unknown version'] = /^ffmpeg version (\S+)/.exec(version.said) ?? [];
  if (missing.length > 0) return warning('ffmpeg', `${path} (${number}) makes no ${missing.join(' and no ')}`, 'install one that does; Debian\'s and ffmpeg-static do');
  return ok('ffmpeg', `${path} (${number}) makes ${Object.keys(ENCODERS).join(' and ')}`);
}

function run(path: string, args: readonly string[]): Promise<{ succeeded: boolean; said: string }> {
  return new Promise((resolve) => {
    execFile(path, args, { timeout: LIMIT_MS, killSignal: 'SIGKILL' }, (error, stdout) => {
      const { code = '' } = (error ?? {}) as { code?: string | number };
      resolve({ succeeded: error === null, said: error === null ? stdout : error.killed === true ? `it was silent for ${LIMIT_MS / 1000} s` : `it ended with ${code}` });
    });
  });
}
