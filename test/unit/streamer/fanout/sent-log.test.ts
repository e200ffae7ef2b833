import { describe, expect, it } from 'vitest';
import { SentLog } from '../../../../streamer/fanout/sent-log.ts';

describe('the log of what a viewer was sent', () => {
  it('joins arrivals to times and sizes', () => {
    const log = new SentLog();
    expect([log.note(100, 1), log.note(200, 2), log.note(300, 3)]).toEqual([0, 1, 2]);
    expect(log.join(1, [NaN, 50])).toEqual([
      { bytes: 200, sentMs: 2, receivedMs: undefined },
      { bytes: 300, sentMs: 3, receivedMs: 50 },
    ]);
  });

  it('goes on past 65,536, and takes a number for the latest that it may be', () => {
    const log = new SentLog();
    for (let sequence = 0; sequence < 65_536 + 10; sequence++) log.note(sequence & 0xffff, sequence);
    expect(log.join(65_535, [1, 2])).toEqual([
      { bytes: 65_535, sentMs: 65_535, receivedMs: 1 },
      { bytes: 0, sentMs: 65_536, receivedMs: 2 },
    ]);
  });

  it('knows nothing of what is forgotten or was never sent', () => {
    const log = new SentLog();
    expect(log.join(0, [1, 2, 3])).toEqual([]);
    for (let sequence = 0; sequence < 2_000; sequence++) log.note(1, sequence);
    expect(log.join(974, [1, 2, 3]).map(({ sentMs }) => sentMs)).toEqual([976]);
    expect(log.join(1_999, [1, 2, 3]).map(({ sentMs }) => sentMs)).toEqual([1_999]);
    expect(log.join(2_000, [1]), 'the future').toEqual([]);
  });
});
