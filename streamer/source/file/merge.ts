/** Merges the tracks of a film into one sequence in order of time, and mends what damaged or joined files do to their times. */
import type { MediaKind } from '../source.ts';
import type { Sample } from './container.ts';

/** A time that goes back by more than this is that of another recording, joined on. */
const MAX_BACKWARD_SECONDS = 1;
/** Without picture and sound for longer than this, a film goes on at once: nobody waits an hour for the next frame. */
const MAX_GAP_SECONDS = 10;
/** What is put in the place of a gap. */
const STEP_SECONDS = 0.04;

export interface TrackReader {
  readonly track: number;
  readonly kind: MediaKind;
  readonly samples: AsyncGenerator<Sample, void>;
}

export interface TrackSample extends Sample {
  readonly track: number;
  readonly kind: MediaKind;
}

interface Head {
  readonly reader: TrackReader;
  sample: Sample | undefined;
  last: number;
  step: number;
  /** Added to the times of this track, since they went back. */
  offset: number;
}

async function advance(head: Head): Promise<void> {
  const next = await head.reader.samples.next();
  if (next.done === true) {
    head.sample = undefined;
    return;
  }
  const { seconds } = next.value;
  const expected = head.last + head.step;
  if (seconds + head.offset < head.last - MAX_BACKWARD_SECONDS) head.offset = expected - seconds;
  const mended = seconds + head.offset;
  if (mended > head.last && head.last !== -Infinity) head.step = Math.min(mended - head.last, MAX_BACKWARD_SECONDS);
  head.last = Math.max(head.last, mended);
  head.sample = { ...next.value, seconds: mended };
}

/** All samples in order of time; times never go back by more than a track's own disorder. */
export async function* merge(readers: readonly TrackReader[]): AsyncGenerator<TrackSample, void> {
  const heads: Head[] = readers.map((reader) => ({ reader, sample: undefined, last: -Infinity, step: STEP_SECONDS, offset: 0 }));
  let last: number | undefined;
  let closed = 0;
  try {
    for (const head of heads) await advance(head);
    for (;;) {
      const [first] = heads.filter(({ sample }) => sample).sort((a, b) => (a.sample?.seconds ?? 0) - (b.sample?.seconds ?? 0));
      if (!first?.sample) return;
      const { reader, sample } = first;
      let seconds = sample.seconds - closed;
      if (last !== undefined && seconds - last > MAX_GAP_SECONDS) {
        closed += seconds - last - STEP_SECONDS;
        seconds = last + STEP_SECONDS;
      }
      last = Math.max(last ?? seconds, seconds);
      yield { track: reader.track, kind: reader.kind, seconds, keyframe: sample.keyframe, data: sample.data };
      await advance(first);
    }
  } finally {
    for (const { reader } of heads) await reader.samples.return();
  }
}
