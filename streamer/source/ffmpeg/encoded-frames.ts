/** The frames of an input as ffmpeg encodes them, for whoever asks for one after the other: it waits where nobody does. */
import type { EncodedFrame } from '../source.ts';
import { pipeArguments } from './arguments.ts';
import { Encoder } from './encoder.ts';
import type { LiveInput } from './inputs.ts';
import type { EncodedTrack } from './live-source.ts';

/** Frames kept before ffmpeg has to wait, and at which it may go on. */
const HIGH = 200;
const LOW = 100;

export interface EncodedFramesOptions {
  readonly ffmpeg: string;
  readonly input: LiveInput;
  readonly tracks: readonly EncodedTrack[];
}

/** @throws Error with ffmpeg's last words when it ends */
export async function* encodedFrames({ ffmpeg, input, tracks }: EncodedFramesOptions): AsyncGenerator<EncodedFrame, void> {
  const queue: EncodedFrame[] = [];
  let ended: Error | undefined;
  let wake: () => void = () => undefined;
  const encoder = new Encoder({
    ffmpeg,
    arguments: pipeArguments(input, tracks.map(({ encoding }) => encoding)),
    onFrame: (frame) => {
      const track = tracks[frame.track - 1]?.track;
      if (track && queue.push({ ...frame, track: track.id }) >= HIGH) encoder.pause();
      wake();
    },
    onEnd: (reason) => {
      ended = new Error(`ffmpeg ended: ${reason}`);
      wake();
    },
  });
  try {
    for (;;) {
      const next = queue.shift();
      if (next) yield next;
      else if (ended) throw ended;
      else await new Promise<void>((resolve) => (wake = resolve));
      if (queue.length < LOW) encoder.resume();
    }
  } finally {
    await encoder.stop();
  }
}
