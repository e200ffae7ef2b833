/** One run of ffmpeg that encodes a file into other files, each with a single track, telling how far it is. */
import { spawn } from 'node:child_process';
import { setPriority } from 'node:os';
import { encodingArguments, type Encoding } from './encodings.ts';

const MAX_MESSAGE_BYTES = 4_096;
/** Below those who play. */
const NICENESS = 10;

/**
 * Added to all times, so that none is negative: a muxer would move the whole track to mend that, and sound would no longer fit.
 * In seconds.
 */
export const TIME_OFFSET = 10;

/** What can go wrong: no room left, ended by a signal, or anything that ffmpeg says. */
export type TranscodeFault = 'disk-full' | 'killed' | 'failed';

export class TranscodeError extends Error {
  override readonly name = 'TranscodeError';
  readonly fault: TranscodeFault;

  constructor(fault: TranscodeFault, message: string) {
    super(message);
    this.fault = fault;
  }
}

export interface TranscodeOutput {
  readonly encoding: Encoding;
  readonly file: string;
}

export interface TranscodeOptions {
  readonly ffmpeg: string;
  readonly input: string;
  readonly outputs: readonly TranscodeOutput[];
  /**
   * Whether times stay those of the input, so that the outputs fit other tracks of it. Otherwise they begin at 0, and ffmpeg mends
   * those that jump or wrap.
   */
  readonly keepTimes: boolean;
  /** Hears how many seconds of the input are done. */
  readonly onProgress: (seconds: number) => void;
  readonly signal: AbortSignal;
}

export function transcodeArguments({ input, outputs, keepTimes }: Pick<TranscodeOptions, 'input' | 'outputs' | 'keepTimes'>): string[] {
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-nostats', '-progress', 'pipe:1', '-y'],
    ...(keepTimes ? ['-copyts'] : []),
    ...['-i', `file:${input}`],
    ...outputs.flatMap(({ encoding, file }) => [
      // V: no pictures of covers.
      ...['-map', encoding.kind === 'video' ? '0:V:0' : '0:a:0', '-sn', '-dn', ...encodingArguments(encoding, 'file')],
      ...['-output_ts_offset', `${TIME_OFFSET}`, '-map_metadata', '-1', '-fflags', '+bitexact', '-cluster_time_limit', '500', '-f', 'webm', `file:${file}`],
    ]),
  ];
}

function faultOf(said: string, signal: NodeJS.Signals | null): TranscodeFault {
  if (/No space left on device|Disk quota exceeded|File too large/i.test(said) || signal === 'SIGXFSZ') return 'disk-full';
  return signal === null ? 'failed' : 'killed';
}

/**
 * Resolves when all outputs are complete.
 * @throws TranscodeError; what was written so far is left to whoever called
 */
export function transcode(options: TranscodeOptions): Promise<void> {
  const { ffmpeg, onProgress, signal } = options;
  return new Promise((resolve, reject) => {
    const child = spawn(ffmpeg, transcodeArguments(options), { stdio: ['ignore', 'pipe', 'pipe'] });
    let said = '';
    const abort = () => child.kill('SIGKILL');
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-MAX_MESSAGE_BYTES)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      const micros = [...text.matchAll(/^out_time_us=(-?\d+)$/gm)].at(-1)?.[1];
      if (micros !== undefined) onProgress(Math.max(0, Number(micros) / 1e6 - TIME_OFFSET));
    });
    child.once('spawn', () => {
      try {
        if (child.pid !== undefined) setPriority(child.pid, NICENESS);
      } catch {
        // It has ended already, or may not be made nicer: it runs as it is.
      }
    });
    child.once('error', (cause) => reject(new TranscodeError('failed', cause.message)));
    child.once('close', (status, endedBy) => {
      signal.removeEventListener('abort', abort);
      if (status === 0) {
        resolve();
        return;
      }
      const last = said.trim().split('\n').at(-1)?.replace(/^\[[^\]]*\]\s*/, '').trim();
      reject(new TranscodeError(faultOf(said, endedBy), (endedBy ? `ffmpeg was ended by ${endedBy}` : last) || `ffmpeg ended with status ${String(status)}`));
    });
  });
}
