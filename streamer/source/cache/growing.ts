/** Reads an encoding while it is being made, and after: whoever has read all of it waits for more, until it is complete. */
import { open, type FileHandle } from 'node:fs/promises';
import type { Clock } from '../../../shared/sip/timing/clock.ts';
import { MatroskaStream } from '../ffmpeg/matroska-stream.ts';
import { TIME_OFFSET } from '../ffmpeg/transcode.ts';
import type { Sample } from '../file/container.ts';
import type { FilmTrack } from '../file/film.ts';
import type { Rendition, Track } from '../source.ts';
import type { CachedEncoding } from './cache.ts';

const READ_BYTES = 256 * 1024;
const POLL_MS = 100;
/** How long a file may take to appear: ffmpeg opens its outputs when it has read enough of the input. */
const MAX_OPEN_POLLS = 300;

export interface GrowingPart {
  readonly id: number;
  readonly encoding: CachedEncoding;
  /** Seconds at which the film is expected to be over, on its own clock. */
  readonly expectedEnd: number;
  readonly rendition?: Rendition;
}

/** Resolves after a while, or sooner when the encoding is complete; rejects when it cannot be. */
function more(encoding: CachedEncoding, clock: Clock): Promise<void> {
  return new Promise((resolve, reject) => {
    const cancel = clock.setTimeout(resolve, POLL_MS);
    encoding.complete.then(
      () => {
        cancel();
        resolve();
      },
      (error: unknown) => {
        cancel();
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}

/** It may be renamed between two looks at where it is. */
async function openFile(encoding: CachedEncoding, clock: Clock): Promise<FileHandle> {
  for (let polls = 0; ; polls++) {
    try {
      return await open(encoding.file, 'r');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || polls >= MAX_OPEN_POLLS) throw error;
    }
    await more(encoding, clock);
  }
}

interface GrowingSample extends Sample {
  readonly track: Track;
}

async function* readGrowing(encoding: CachedEncoding, clock: Clock): AsyncGenerator<GrowingSample, void> {
  const handle = await openFile(encoding, clock);
  try {
    const samples: GrowingSample[] = [];
    let track: Track | undefined;
    const stream = new MatroskaStream(
      (tracks) => ([track] = tracks),
      ({ seconds, keyframe, data }) => track && samples.push({ track, seconds: seconds - TIME_OFFSET, keyframe, data }),
    );
    for (;;) {
      const wasComplete = encoding.isComplete;
      const buffer = Buffer.allocUnsafe(READ_BYTES);
      const { bytesRead } = await handle.read(buffer, 0, READ_BYTES, null);
      if (bytesRead > 0) stream.push(buffer.subarray(0, bytesRead));
      else if (wasComplete) return;
      else await more(encoding, clock);
      yield* samples.splice(0);
    }
  } finally {
    await handle.close();
  }
}

/**
 * Waits for the first sample.
 * @throws TranscodeError when the encoding cannot be made, or holds nothing
 */
export async function openGrowing({ id, encoding, expectedEnd, rendition }: GrowingPart, clock: Clock): Promise<FilmTrack> {
  const reader = readGrowing(encoding, clock);
  const first = await reader.next();
  await reader.return();
  if (first.done === true) throw new Error(`Nothing of the film was encoded: ${encoding.file} is empty`);
  const { track, seconds } = first.value;
  let end = Math.max(expectedEnd, seconds);
  async function* samples(from = -Infinity): AsyncGenerator<Sample, void> {
    let last = seconds;
    // What comes before is read, too: its keyframes are not known beforehand.
    let held: Sample[] = [];
    for await (const sample of readGrowing(encoding, clock)) {
      last = sample.seconds;
      if (sample.seconds > from) {
        yield* held;
        held = [];
        yield sample;
      } else held = sample.keyframe ? [sample] : [...held, sample];
    }
    yield* held;
    end = last;
  }
  return {
    id,
    kind: track.kind,
    codec: track.codec,
    ...(rendition ? { rendition } : {}),
    first: seconds,
    get end() {
      return end;
    },
    async keyframeBefore(wanted) {
      for await (const sample of samples(wanted)) return sample.seconds;
      return seconds;
    },
    samples,
  };
}
