import { describe, expect, it } from 'vitest';
import { TrackHistory } from '../../../../streamer/fanout/history.ts';
import { SentRuns } from '../../../../streamer/fanout/sent-runs.ts';
import type { MediaPacket } from '../../../../streamer/source/source.ts';

/** One packet a frame, 3,600 ticks apart. */
function historyOf(track: number, packets: number): TrackHistory {
  const history = new TrackHistory(track);
  for (let index = 0; index < packets; index++) {
    const packet: MediaPacket = { index, frame: index, timestamp: index * 3_600, marker: true, payload: Buffer.of(track, index & 0xff) };
    history.add({ keyframe: index % 25 === 0, packets: [packet] });
  }
  return history;
}

describe('what was sent, by its numbers', () => {
  it('is found through beginnings, switches and what was left out', () => {
    const [best, small] = [historyOf(0, 100), historyOf(1, 100)];
    const runs = new SentRuns('video');
    runs.begin(1_000, best, 25, { firstFrame: 25, lastFrame: 30, from: 500, step: 90 });
    runs.begin(1_010, best, 40, undefined);
    runs.begin(1_020, small, 75, undefined);
    const found = (sequence: number) => {
      const sent = runs.find(sequence, 1_025);
      return sent && [sent.packet.payload[0], sent.packet.index, sent.ticks];
    };
    expect(found(999)).toBeUndefined();
    expect(found(1_000)).toEqual([0, 25, 500]);
    expect(found(1_005)).toEqual([0, 30, 950]);
    expect(found(1_006), 'after the squeezed frames').toEqual([0, 31, 31 * 3_600]);
    expect(found(1_010)).toEqual([0, 40, 40 * 3_600]);
    expect(found(1_024)).toEqual([1, 79, 79 * 3_600]);
    expect(found(1_025), 'not sent yet').toBeUndefined();
  });

  it('takes the latest beginning where nothing was sent after the one before', () => {
    const [best, small] = [historyOf(0, 50), historyOf(1, 50)];
    const runs = new SentRuns('video');
    runs.begin(0, best, 0, undefined);
    runs.begin(0, small, 25, undefined);
    expect(runs.find(1, 2)?.packet.payload).toEqual(Buffer.of(1, 26));
  });

  it('forgets what lies further back than a NACK reaches, however often one begins anew', () => {
    const history = historyOf(0, 2_000);
    const runs = new SentRuns('audio');
    for (let sequence = 0; sequence < 1_500; sequence++) runs.begin(sequence, history, sequence + 1, undefined);
    const known = Array.from({ length: 1_500 }, (_, sequence) => sequence).filter((sequence) => runs.find(sequence, 1_500)?.packet.index === sequence + 1);
    expect([known[0], known.length]).toEqual([1_500 - 128, 128]);
  });

  it('knows no packet that the history has lost', () => {
    const history = historyOf(0, 3_000);
    const runs = new SentRuns('video');
    runs.begin(0, history, 0, undefined);
    expect(runs.find(900, 1_000)).toBeUndefined();
    history.forget();
    expect(runs.find(999, 1_000)).toBeUndefined();
  });

  it('lets a packet be sent again after a pause, of many at a time', () => {
    const runs = new SentRuns('audio');
    expect(runs.mayResend(5, 100, 8)).toBe(true);
    expect(runs.mayResend(5, 107, 8)).toBe(false);
    expect(runs.mayResend(5, 108, 8)).toBe(true);
    for (let sequence = 1_000; sequence < 1_127; sequence++) runs.mayResend(sequence, 109, 8);
    expect(runs.mayResend(5, 110, 8)).toBe(false);
    runs.mayResend(2_000, 110, 8);
    expect(runs.mayResend(1_000, 110, 8)).toBe(false);
  });
});
