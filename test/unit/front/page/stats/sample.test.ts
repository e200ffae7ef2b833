/** Against reports that the two browsers really gave while they played the sample clip (test/fixtures/webrtc-stats). */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { figuresOf } from '../../../../../front/page/src/stats/figures.ts';
import { readSample } from '../../../../../front/page/src/stats/sample.ts';
import type { Sample } from '../../../../../front/page/src/stats/sample.ts';
import type { StatsEntry } from '../../../../../front/page/src/stats/selected-pair.ts';

function recorded(browser: string): [Sample, Sample] {
  const file = new URL(`../../../../fixtures/webrtc-stats/${browser}.json`, import.meta.url);
  const reports = JSON.parse(readFileSync(file, 'utf8')) as { at: number; entries: StatsEntry[] }[];
  const [first, second] = reports.map(({ at, entries }) => readSample(entries, at));
  if (!first || !second) throw new Error(`${browser}.json holds fewer than two reports`);
  return [first, second];
}

describe('statistics of Chromium', () => {
  const [first, second] = recorded('chromium');

  it('are read', () => {
    expect(second.video).toMatchObject({ framesDecoded: 198, width: 854, height: 480, codec: 'VP8', packetsReceived: 846, jitterMs: 69 });
    expect(second.audio).toMatchObject({ codec: 'opus', packetsReceived: 346 });
    expect(second.audio?.totalAudioEnergy).toBeGreaterThan(0.5);
    expect(second.roundTripMs).toBe(4);
    expect(second.path).toBe('host udp 127.0.0.1:52887');
  });

  it('become rates', () => {
    const figures = figuresOf(first, second);
    expect(figures.framesPerSecond).toBeCloseTo(16 / 2.0048, 3);
    expect(figures.bitsPerSecond).toBeCloseTo((8 * (67_941 + 4_933)) / 2.0048, 0);
    expect(figures.bufferMs).toBeCloseTo(40.692 / 16, 2);
    expect(figures).toMatchObject({ codecs: 'VP8 + opus', loss: 0, width: 854 });
  });
});

describe('statistics of Firefox', () => {
  const [first, second] = recorded('firefox');

  it('are read, and the selected pair among several', () => {
    expect(second.video).toMatchObject({ framesDecoded: 168, width: 854, height: 480, codec: 'VP8', packetsReceived: 736 });
    expect(second.audio).toMatchObject({ codec: 'opus', packetsReceived: 328 });
    expect(second.roundTripMs).toBe(27);
    expect(second.path).toMatch(/^\w+ udp 127\.0\.0\.1:\d+$/);
  });

  it('become rates', () => {
    const figures = figuresOf(first, second);
    expect(figures.framesPerSecond).toBeCloseTo(38 / 2.039, 3);
    expect(figures.bitsPerSecond).toBeCloseTo((8 * (171_262 + 11_983)) / 2.039, 0);
  });
});

describe('statistics in general', () => {
  it('are unknown rather than zero before a second reading', () => {
    const figures = figuresOf(undefined, readSample([], 0));
    expect(figures).toEqual({ width: 0, height: 0, framesPerSecond: undefined, bitsPerSecond: undefined, loss: undefined, roundTripMs: undefined, jitterMs: undefined, bufferMs: undefined, codecs: '', path: undefined });
  });

  it('count loss since the reading before, of audio and video together', () => {
    const inbound = (kind: string, packetsReceived: number, packetsLost: number): StatsEntry => ({ id: kind, type: 'inbound-rtp', kind, packetsReceived, packetsLost });
    const before = readSample([inbound('video', 1000, 50), inbound('audio', 500, 0)], 0);
    const after = readSample([inbound('video', 1090, 58), inbound('audio', 510, 2)], 1000);
    expect(figuresOf(before, after).loss).toBeCloseTo(10 / 110);
  });

  it('take of several streams of a kind the one that lives', () => {
    const sample = readSample(
      [
        { id: 'old', type: 'inbound-rtp', kind: 'video', packetsReceived: 5, framesDecoded: 1 },
        { id: 'new', type: 'inbound-rtp', kind: 'video', packetsReceived: 900, framesDecoded: 90 },
      ],
      0,
    );
    expect(sample.video?.framesDecoded).toBe(90);
  });

  it('survive entries that are not as specified', () => {
    expect(() => readSample([{}, { id: 1, type: 'transport', selectedCandidatePairId: 'none' }, { id: 2, type: 'inbound-rtp', kind: 'video', jitter: 'much' }], 0)).not.toThrow();
  });

  it('name IPv6 addresses in brackets', () => {
    const sample = readSample(
      [
        { id: 'p', type: 'candidate-pair', nominated: true, state: 'succeeded', remoteCandidateId: 'r' },
        { id: 'r', type: 'remote-candidate', candidateType: 'host', protocol: 'udp', address: '2001:db8::7', port: 40000 },
      ],
      0,
    );
    expect(sample.path).toBe('host udp [2001:db8::7]:40000');
  });
});
