/**
 * The sample clip's sound: a beep of 1 kHz on each full second over a quiet chord. Every part repeats within the loop,
 * so that its end meets its beginning without a click.
 */

export const SOUND = { sampleRate: 48_000, channels: 2 } as const;

export const BEEP = { hertz: 1_000, milliseconds: 80, level: 0.5 } as const;

/** Fading in and out takes this long, or the beep's edges would click; short enough to time its beginning. */
const EDGE_MS = 2;

/** Whole numbers of hertz, none near the beep's: notes of a chord, with how loud each is on the left and the right. */
const CHORD: readonly { hertz: number; left: number; right: number; swellSeconds: number }[] = [
  { hertz: 110, left: 0.05, right: 0.05, swellSeconds: 10 },
  { hertz: 165, left: 0.05, right: 0.025, swellSeconds: 5 },
  { hertz: 220, left: 0.02, right: 0.045, swellSeconds: 4 },
  { hertz: 277, left: 0.035, right: 0.02, swellSeconds: 10 },
  { hertz: 330, left: 0.015, right: 0.035, swellSeconds: 5 },
];

/** The beep's loudness at a time within its second. */
function beepLevel(secondsIn: number): number {
  const ms = secondsIn * 1000;
  if (ms >= BEEP.milliseconds) return 0;
  return BEEP.level * Math.min(1, ms / EDGE_MS, (BEEP.milliseconds - ms) / EDGE_MS);
}

/**
 * Interleaved signed 16-bit samples.
 * @param from where to begin and `until` where to end, in whole seconds of the endless loop
 */
export function drawSound(from: number, until: number): Buffer {
  const samples = (until - from) * SOUND.sampleRate;
  const pcm = Buffer.alloc(samples * SOUND.channels * 2);
  for (let sample = 0; sample < samples; sample++) {
    const time = from + sample / SOUND.sampleRate;
    const secondsIn = time - Math.floor(time);
    const beep = beepLevel(secondsIn) * Math.sin(2 * Math.PI * BEEP.hertz * secondsIn);
    let left = beep;
    let right = beep;
    for (const note of CHORD) {
      const swell = 0.6 - 0.4 * Math.cos((2 * Math.PI * time) / note.swellSeconds);
      const wave = swell * Math.sin(2 * Math.PI * note.hertz * time);
      left += note.left * wave;
      right += note.right * wave;
    }
    pcm.writeInt16LE(Math.round(left * 32_767), sample * 4);
    pcm.writeInt16LE(Math.round(right * 32_767), sample * 4 + 2);
  }
  return pcm;
}
