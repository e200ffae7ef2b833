import { describe, expect, it } from 'vitest';
import { formatBitrate, formatCount, formatMs, formatPercent, formatRate, formatSize } from '../../../../../front/page/src/stats/format.ts';
import { sparkline } from '../../../../../front/page/src/stats/sparkline.ts';

describe('figures as people read them', () => {
  it('have a unit and no more digits than mean something', () => {
    expect([formatBitrate(0), formatBitrate(968_400), formatBitrate(999_600), formatBitrate(2_345_678)]).toEqual(['0 kbit/s', '968 kbit/s', '1.00 Mbit/s', '2.35 Mbit/s']);
    expect([formatMs(0.44), formatMs(9.96), formatMs(48.2)]).toEqual(['0.4 ms', '10.0 ms', '48 ms']);
    expect([formatPercent(0), formatPercent(0.004), formatPercent(0.31)]).toEqual(['0 %', '0.4 %', '31 %']);
    expect([formatRate(24.97), formatSize(1280, 720), formatCount(1204)]).toEqual(['25/s', '1280 × 720', '1,204']);
  });

  it('say when they are unknown', () => {
    expect([formatBitrate(undefined), formatMs(undefined), formatPercent(undefined), formatRate(undefined), formatSize(0, 0)]).toEqual(['–', '–', '–', '–', '–']);
  });

  it('make a curve that stays in its box', () => {
    expect(sparkline([5], 100, 20)).toBe('');
    const points = sparkline([0, 10, 5], 100, 24).split(' ').map((point) => point.split(',').map(Number));
    expect(points).toEqual([[0, 24], [50, 4], [100, 14]]);
  });
});
