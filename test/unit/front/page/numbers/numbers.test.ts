import { describe, expect, it } from 'vitest';
import { numbersAddress, streamerIn } from '../../../../../front/page/src/numbers/address.ts';
import { curve, SPAN_MS } from '../../../../../front/page/src/numbers/curve.ts';
import { formatMegabytes, formatPerSecond, formatTraffic } from '../../../../../front/page/src/numbers/format.ts';
import { parseReport, parseTrouble } from '../../../../../front/page/src/numbers/report.ts';

const BOX = { width: 120, height: 100 };

describe('a plot', () => {
  it('ends on the right, and leaves out what is older than two minutes', () => {
    const points = [{ at: 0, value: 1 }, { at: SPAN_MS, value: 0 }, { at: SPAN_MS + 1000, value: 1 }];
    expect(curve(points, BOX, 1 / 1.15)).toMatch(/^M119 100L120 13$/);
  });

  it('does not join what is far apart', () => {
    expect(curve([{ at: 0, value: 0 }, { at: 60_000, value: 0 }], BOX, 1)).toBe('M60 100M120 100');
  });

  it('is empty without values', () => {
    expect(curve([], BOX, 1)).toBe('');
  });
});

describe('a report', () => {
  it('is read with what is missing left open', () => {
    expect(parseReport('{"viewers":2,"loss":0.1,"roundTripMs":{"median":5,"p95":9},"renditions":{"360p":2},"worst":[{"id":"ab","loss":0.1}]}')).toMatchObject({
      viewers: 2,
      bitsPerSecond: undefined,
      roundTripMs: 5,
      longRoundTripMs: 9,
      renditions: [{ name: '360p', viewers: 2 }],
      worst: [{ id: 'ab', loss: 0.1, rendition: undefined }],
    });
  });

  it.each(['', 'null', '[]', '{}', '{"viewers":"many"}'])('is not made of %j', (text) => {
    expect(parseReport(text)).toBeUndefined();
    expect(parseTrouble(text)).toBeUndefined();
  });
});

describe('addresses and figures', () => {
  it('bring a name there and back', () => {
    expect(streamerIn(numbersAddress('Cámara 1/b?'))).toBe('Cámara 1/b?');
    expect([streamerIn('/statistics.html'), streamerIn('/statistics/'), streamerIn('/statistics/%')]).toEqual([undefined, undefined, undefined]);
  });

  it('are written for people', () => {
    expect([formatTraffic(1.5e9), formatTraffic(2e6), formatPerSecond(0), formatPerSecond(0.25), formatPerSecond(12_345.6), formatMegabytes(1234.5)]).toEqual([
      '1.50 Gbit/s', '2.00 Mbit/s', '0/s', '0.3/s', '12,346/s', '1,235 MB',
    ]);
  });
});
