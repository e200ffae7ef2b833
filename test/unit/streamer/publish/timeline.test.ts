import { describe, expect, it } from 'vitest';
import { Timeline, type SenderClock } from '../../../../streamer/publish/timeline.ts';

/** A stream whose ticks began anywhere; its reports, once they come, are right by a clock of its sender's own. */
function stream(clockRate: number, beganAtMs: number, ticksAtBeginning: number) {
  let reports = false;
  const ticksOf = (madeMs: number): number => ticksAtBeginning + ((madeMs - beganAtMs) / 1000) * clockRate;
  const clock: SenderClock = { clockRate, senderTime: (now) => (reports ? { unixMs: 5_000_000 + now, ticks: ticksOf(now) } : undefined) };
  return { clock, ticksOf, report: () => (reports = true) };
}

describe('the times of what is published', () => {
  it('go by the sender’s clock from the first frame of each stream on', () => {
    const timeline = new Timeline(1_000);
    const sound = stream(48_000, 0, 77);
    const picture = stream(90_000, 0, 4_000_000_000);
    expect(timeline.secondsOf('audio', sound.clock, sound.ticksOf(2_000), 2_000)).toBeCloseTo(1, 6);
    expect(timeline.secondsOf('audio', sound.clock, sound.ticksOf(2_020), 2_050)).toBeCloseTo(1.02, 6);
    expect(timeline.secondsOf('video', picture.clock, picture.ticksOf(2_000), 2_300)).toBeCloseTo(1.3, 6);
  });

  it('bring the picture to where it belongs by the sender’s reports, and leave the sound where it is', () => {
    const timeline = new Timeline(0);
    const [sound, picture] = [stream(48_000, 0, 9), stream(90_000, 0, 123)];
    timeline.secondsOf('audio', sound.clock, sound.ticksOf(1_000), 1_000);
    // The picture took 200 ms longer to come.
    expect(timeline.secondsOf('video', picture.clock, picture.ticksOf(1_000), 1_200)).toBeCloseTo(1.2, 6);
    sound.report();
    picture.report();
    expect(timeline.secondsOf('video', picture.clock, picture.ticksOf(2_500), 2_700)).toBeCloseTo(2.5, 3);
    expect(timeline.secondsOf('audio', sound.clock, sound.ticksOf(2_500), 2_500)).toBeCloseTo(2.5, 6);
  });

  it('never go back, and begin anew where a sender’s clock runs away or another stream takes the place', () => {
    const timeline = new Timeline(0);
    const [one, other] = [stream(90_000, 0, 0), stream(90_000, 0, 50)];
    const times = [
      timeline.secondsOf('video', one.clock, one.ticksOf(1_000), 1_000),
      timeline.secondsOf('video', one.clock, one.ticksOf(900), 1_010),
      timeline.secondsOf('video', one.clock, one.ticksOf(60_000), 1_040),
      timeline.secondsOf('video', other.clock, other.ticksOf(0), 1_080),
    ];
    expect(times.map((seconds) => Math.round(seconds * 1000))).toEqual([1_000, 1_001, 1_040, 1_080]);
  });
});
