import { describe, expect, it } from 'vitest';
import type { ViewerStatistics } from '../../../../streamer/fanout/statistics.ts';
import { compare } from '../../../../streamer/statistics/compare.ts';
import { formatReport, MAX_REPORT_BYTES } from '../../../../streamer/statistics/report.ts';
import type { Sample } from '../../../../streamer/statistics/sample.ts';

const naming = (viewer: string) => `id of ${viewer}`;

interface Seen {
  packets?: number;
  retransmitted?: number;
  lost?: number;
  roundTripMs?: number;
  keyframeRequests?: number;
  rendition?: string;
}

function viewer({ packets = 0, retransmitted = 0, lost = 0, roundTripMs, keyframeRequests = 0, rendition = '' }: Seen = {}): ViewerStatistics {
  const track = { packets, octets: packets * 1000, retransmitted, fractionLost: lost, packetsLost: 0, jitterMs: 0 };
  return { tracks: [{ kind: 'video', ...track }], roundTripMs, nacks: 0, keyframeRequests, estimatedBitrate: undefined, rendition };
}

function sample(at: number, viewers: Record<string, ViewerStatistics>, cpuMicroseconds = 0): Sample {
  return { at, viewers: new Map(Object.entries(viewers)), cpuMicroseconds, memoryBytes: 123_456_789 };
}

describe('a report of two samples', () => {
  it('says what was sent in a second, also to who has just come, and nothing of who has gone', () => {
    const before = sample(1000, { ana: viewer({ packets: 100 }), gone: viewer({ packets: 9000 }) }, 1_000_000);
    const now = sample(3000, { ana: viewer({ packets: 300, retransmitted: 10, keyframeRequests: 1 }), new: viewer({ packets: 50 }) }, 1_500_000);
    expect(compare(before, now, naming)).toMatchObject({
      viewers: 2,
      bitsPerSecond: (250 * 8000) / 2,
      packetsPerSecond: 125,
      retransmissionsPerSecond: 5,
      keyframeRequestsPerSecond: 0.5,
      cpu: 0.25,
      memoryMegabytes: 123.5,
    });
  });

  it('knows no rates of one sample alone, but all else', () => {
    const only = compare(undefined, sample(1000, { ana: viewer({ packets: 10, lost: 0.5, roundTripMs: 20 }) }), naming);
    expect(only).toMatchObject({ viewers: 1, loss: 0.5, roundTripMs: { median: 20, p95: 20 } });
    for (const rate of ['bitsPerSecond', 'packetsPerSecond', 'cpu', 'keyframeRequestsPerSecond']) expect(only).not.toHaveProperty(rate);
  });

  it('weighs loss by packets, and takes round trips from who has one', () => {
    const viewers = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`v${index}`, viewer({ packets: 10, roundTripMs: index + 1 })]));
    const report = compare(undefined, sample(0, { ...viewers, lossy: viewer({ packets: 200, lost: 0.1 }) }), naming);
    expect(report.loss).toBeCloseTo(0.05, 6);
    expect(report.roundTripMs).toEqual({ median: 10, p95: 19 });
  });

  it('counts who gets which rendition', () => {
    const report = compare(undefined, sample(0, { a: viewer({ rendition: '360p' }), b: viewer({ rendition: '720p' }), c: viewer({ rendition: '720p' }) }), naming);
    expect(Object.entries(report.renditions)).toEqual([['720p', 2], ['360p', 1]]);
  });

  it('names the few who fare worst by ids, the worst first', () => {
    const viewers = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`v${index}`, viewer({ packets: 10, lost: index === 7 ? 0.3 : 0, roundTripMs: index })]));
    const { worst } = compare(undefined, sample(0, viewers), naming);
    expect(worst.map(({ id }) => id)).toEqual(['id of v7', 'id of v39', 'id of v38', 'id of v37', 'id of v36']);
  });

  it('names four of a busy streamer’s viewers within one frame of an Ethernet', () => {
    const busy = (scale: number) => Object.fromEntries(Array.from({ length: 300 }, (_, index) => [`v${index}`, viewer({ packets: 555 * scale, retransmitted: 13 * scale, lost: 0.1234, roundTripMs: 123.4 + index, keyframeRequests: 7 * scale, rendition: '1080p' })]));
    const text = formatReport(compare(sample(0, busy(1)), sample(999, busy(2), 234_567), () => 'AbCdEf'));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_REPORT_BYTES);
    expect(JSON.parse(text)).toMatchObject({ worst: Array.from({ length: 4 }, () => ({ id: 'AbCdEf', rendition: '1080p' })) });
  });

  it('fits a datagram, whatever renditions are called', () => {
    const viewers = Object.fromEntries(Array.from({ length: 400 }, (_, index) => [`v${index}`, viewer({ packets: 1e9, lost: 0.1234, roundTripMs: 1234.5, rendition: `${'ä'.repeat(20)} ${index}` })]));
    const text = formatReport(compare(sample(0, {}), sample(999, viewers, 9e9), naming));
    expect(Buffer.byteLength(text)).toBeLessThanOrEqual(MAX_REPORT_BYTES);
    expect(JSON.parse(text)).toMatchObject({ viewers: 400 });
  });
});
