import { describe, expect, it } from 'vitest';
import { ArrivalLog } from '../../../../streamer/forwarding/arrivals.ts';
import { MissingPackets } from '../../../../streamer/forwarding/missing-packets.ts';
import { RateMeter } from '../../../../streamer/forwarding/rate-meter.ts';
import { Reception } from '../../../../streamer/forwarding/reception.ts';
import { readRtcp } from '../../../../streamer/rtp/rtcp-reader.ts';

describe('one stream as it comes in (RFC 3550 §6.4)', () => {
  it('counts what is lost, in all and since the report before', () => {
    const reception = new Reception(7, 8_000);
    expect(reception.report(0)).toBeUndefined();
    for (const number of [65_534, 65_535, 1, 2]) reception.note(number, 0, 0, false);
    expect(reception.report(0)).toMatchObject({ ssrc: 7, packetsLost: 1, fractionLost: 0.2, highestSequence: 0x1_0002 });
    for (const number of [0, 3, 4, 5]) reception.note(number, 0, 0, false);
    expect(reception.report(0)).toMatchObject({ packetsLost: 0, fractionLost: 0, highestSequence: 0x1_0005 });
  });

  it('measures how unevenly packets come, in ticks', () => {
    const even = new Reception(7, 8_000);
    const uneven = new Reception(7, 8_000);
    for (let number = 0; number < 200; number++) {
      even.note(number, number * 160, number * 20, false);
      uneven.note(number, number * 160, number * 20 + (number % 2) * 10, false);
    }
    expect(even.report(0)?.jitter).toBe(0);
    expect(uneven.report(0)?.jitter).toBeGreaterThan(70);
    expect(uneven.report(0)?.jitter).toBeLessThanOrEqual(80);
  });

  it('takes a jump for a new beginning, and a repair before anything else for nothing', () => {
    const reception = new Reception(7, 8_000);
    expect(reception.note(5, 0, 0, true)).toBeUndefined();
    const first = reception.note(5, 0, 0, false);
    expect(reception.note(40_005, 0, 0, true)).toBeUndefined();
    const second = reception.note(40_005, 0, 0, false);
    expect((second ?? 0) - (first ?? 0)).toBe(40_000);
    expect(reception.missing.size).toBe(0);
    expect(reception.report(0)).toMatchObject({ packetsLost: 0, fractionLost: 0 });
  });
});

describe('packets that have not come', () => {
  it('are asked for some times, then given up', () => {
    const missing = new MissingPackets();
    missing.expect(10, 12, 0);
    expect(missing.due(5)).toEqual([]);
    let asked = 0;
    for (let now = 10; now < 2_000; now += 10) asked += missing.due(now).length;
    expect(asked).toBe(16);
    expect(missing.gaveUp()).toBe(true);
    expect(missing.gaveUp()).toBe(false);
    expect(missing.size).toBe(0);
  });

  it('are not asked for when they are too many', () => {
    const missing = new MissingPackets();
    missing.expect(0, 200, 0);
    missing.expect(201, 300, 0);
    expect(missing.due(100)).toEqual([]);
    expect(missing.gaveUp()).toBe(true);
  });
});

describe('arrivals', () => {
  const reported = (log: ArrivalLog) => log.report(1, 2).flatMap((packet) => readRtcp(packet)).map((feedback) => (feedback.type === 'transport' ? [feedback.feedback.first, ...feedback.feedback.arrivals] : []));

  it('are told once, with what has not come in between; what comes late is told too', () => {
    const log = new ArrivalLog();
    expect(reported(log)).toEqual([]);
    log.note(65_535, 100);
    log.note(2, 110);
    expect(reported(log)).toEqual([[65_535, 100, NaN, NaN, 110]]);
    expect(reported(log)).toEqual([]);
    log.note(1, 120);
    log.note(3, 130);
    expect(reported(log)).toEqual([[1, 120, 110, 130]]);
  });

  it('go into as many packets as they need', () => {
    const log = new ArrivalLog();
    for (let number = 0; number < 700; number++) log.note(number, number);
    expect(reported(log).map(([first, ...arrivals]) => [first, arrivals.length])).toEqual([[0, 300], [300, 300], [600, 100]]);
  });

  it('are begun anew where numbers jump', () => {
    const log = new ArrivalLog();
    log.note(0, 1);
    log.note(30_000, 2);
    log.note(30_001, 3);
    expect(reported(log)).toEqual([[30_000, 2, 3]]);
    log.note(5, 4);
    expect(reported(log)).toEqual([[5, 4]]);
  });
});

describe('a rate', () => {
  it('is that of the latest second, and nothing when nothing comes', () => {
    const rate = new RateMeter();
    expect(rate.bitsPerSecond(0)).toBeUndefined();
    for (let now = 0; now <= 400; now += 10) rate.add(125, now);
    expect(rate.bitsPerSecond(400)).toBeUndefined();
    for (let now = 410; now < 5_000; now += 10) rate.add(125, now);
    expect(rate.bitsPerSecond(4_999)).toBeCloseTo(100_000, -4);
    expect(rate.bitsPerSecond(5_500)).toBeLessThan(60_000);
    expect(rate.bitsPerSecond(7_000)).toBe(0);
  });
});
