/** What ffmpeg finds in an input: read from what it prints about it, for ffprobe is not always there. */
import { execFile } from 'node:child_process';

const TIMEOUT_MS = 20_000;
const MAX_OUTPUT_BYTES = 1024 * 1024;

export interface Probed {
  readonly video: boolean;
  readonly audio: boolean;
  /** Seconds, where the input tells. */
  readonly duration: number | undefined;
}

function seconds(text: string): number | undefined {
  const [, hours, minutes, rest] = /Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)/.exec(text) ?? [];
  return hours === undefined ? undefined : Number(hours) * 3600 + Number(minutes) * 60 + Number(rest);
}

/** @throws Error whose message is ffmpeg's own line about what is wrong */
export function probe(ffmpeg: string, input: readonly string[]): Promise<Probed> {
  return new Promise((resolve, reject) => {
    // Without an output ffmpeg always ends with an error; what counts is what it said before.
    execFile(ffmpeg, ['-hide_banner', '-nostdin', ...input], { timeout: TIMEOUT_MS, maxBuffer: MAX_OUTPUT_BYTES, killSignal: 'SIGKILL' }, (error, _, said) => {
      const streams = said.split('\n').filter((line) => /^\s*Stream #/.test(line));
      const video = streams.some((line) => line.includes(': Video: ') && !line.includes('(attached pic)'));
      const audio = streams.some((line) => line.includes(': Audio: '));
      if (video || audio) resolve({ video, audio, duration: seconds(said) });
      else if (streams.length > 0) reject(new Error('it holds neither picture nor sound'));
      else if (error?.killed === true) reject(new Error(`nothing was found in it for ${TIMEOUT_MS / 1000} s`));
      else reject(new Error(said.trim().split('\n').filter((line) => !line.includes('At least one output file')).at(-1)?.replace(/^\[[^\]]*\]\s*/, '').trim() || (error?.message ?? 'it cannot be read')));
    });
  });
}
