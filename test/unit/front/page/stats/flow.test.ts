import { describe, expect, it } from 'vitest';
import { MediaFlow, STALL_MS } from '../../../../../front/page/src/stats/flow.ts';
import { readSample } from '../../../../../front/page/src/stats/sample.ts';

const pair = (bytesReceived: number) => [
  { id: 't', type: 'transport', selectedCandidatePairId: 'p' },
  { id: 'p', type: 'candidate-pair', bytesReceived },
];
const reading = (at: number, media: number, all: number) => readSample([{ id: 'v', type: 'inbound-rtp', kind: 'video', bytesReceived: media }, ...pair(all)], at);

describe('the flow of media', () => {
  it('is judged by bytes that arrive', () => {
    const flow = new MediaFlow();
    expect(flow.judge(reading(0, 100, 0))).toBe('flows');
    expect(flow.judge(reading(1000, 200, 0))).toBe('flows');
    expect(flow.judge(reading(1000 + STALL_MS - 1, 200, 0))).toBe('quiet');
    expect(flow.judge(reading(1000 + STALL_MS, 200, 0))).toBe('stalled');
    expect(flow.judge(reading(9000, 201, 0))).toBe('flows');
  });

  it('is no less for a source that stalls, while reports come', () => {
    const flow = new MediaFlow();
    for (let at = 0; at <= 10_000; at += 250) expect(flow.judge(reading(at, 100, 100 + at))).toBe('flows');
    expect(flow.judge(reading(10_700, 100, 10_100))).toBe('stalled');
  });
});
