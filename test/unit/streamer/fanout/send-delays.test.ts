import { describe, expect, it } from 'vitest';
import { Fanout } from '../../../../streamer/fanout/fanout.ts';
import { NO_DELAYS, SEND_DELAY_BOUNDS, SendDelays, type DelayCounts } from '../../../../streamer/fanout/send-delays.ts';
import { growthOf, NO_TOTALS, sumOf } from '../../../../streamer/fanout/totals.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { ManualSource, picture, sound } from '../../../support/streamer/frames.ts';
import { RecordingTransport } from '../../../support/streamer/recording-transport.ts';

/** What was counted, by the upper bounds. */
const filled = ({ counts }: DelayCounts) => Object.fromEntries(counts.flatMap((count, place) => (count > 0 ? [[SEND_DELAY_BOUNDS[place] ?? 'beyond', count]] : [])));

describe('send delays', () => {
  it('are counted by the least bound that holds them', () => {
    const delays = new SendDelays();
    for (const ms of [-3, 0, 1, 1.5, 20, 20.1, 999, 1_001, 60_000]) delays.note(ms);
    expect(filled(delays.counted)).toEqual({ 0.001: 3, 0.002: 1, 0.02: 1, 0.03: 1, 1: 1, beyond: 2 });
    expect(delays.counted.seconds).toBeCloseTo(0.001 + 0.0015 + 0.02 + 0.0201 + 0.999 + 1.001 + 60, 9);
  });

  it('are of frames that somebody is sent, from when they were due until the last viewer\'s send call has returned', async () => {
    const clock = new VirtualClock();
    const source = new ManualSource();
    source.epoch = 100;
    const delays = new SendDelays();
    const fanout = new Fanout({ source, clock, wallClock: () => clock.now(), random: () => 0, delays });
    await clock.advance(700);
    source.emit(picture(0, { keyframe: true }));
    expect(delays.counted, 'nobody watches').toEqual(NO_DELAYS);
    const slow = new RecordingTransport();
    fanout.add(slow);
    fanout.add(new RecordingTransport());
    source.emit(picture(0.595), sound(0.56));
    expect(filled(delays.counted)).toEqual({ 0.005: 1, 0.05: 1 });
    expect(delays.counted.seconds).toBeCloseTo(0.045, 9);
  });

  it('add up, and what came since is told from what was', () => {
    const [one, other] = [new SendDelays(), new SendDelays()];
    one.note(3);
    other.note(3);
    other.note(30);
    const totals = (delays: SendDelays) => ({ ...NO_TOTALS, delays: delays.counted });
    expect(filled(sumOf(totals(one), totals(other)).delays)).toEqual({ 0.005: 2, 0.03: 1 });
    expect(growthOf(totals(other), totals(one)).delays.seconds).toBeCloseTo(0.03, 9);
    expect(filled(growthOf(totals(other), totals(one)).delays)).toEqual({ 0.03: 1 });
  });
});
