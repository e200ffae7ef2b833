import { describe, expect, it } from 'vitest';
import { MediaFlow, STALL_MS, SUSPECT_STALL_MS } from '../../../../../front/page/src/stats/flow.ts';
import { readSample } from '../../../../../front/page/src/stats/sample.ts';

const reading = (at: number, bytes: number) => readSample([{ id: 'v', type: 'inbound-rtp', kind: 'video', bytesReceived: bytes }], at);

describe('the flow of media', () => {
  it('is judged by bytes that arrive', () => {
    const flow = new MediaFlow();
    expect(flow.judge(reading(0, 100), false)).toBe('flows');
    expect(flow.judge(reading(1000, 200), false)).toBe('flows');
    expect(flow.judge(reading(1000 + STALL_MS - 1, 200), false)).toBe('quiet');
    expect(flow.judge(reading(1000 + STALL_MS, 200), false)).toBe('stalled');
    expect(flow.judge(reading(9000, 201), false)).toBe('flows');
  });

  it('is given less patience where something else points to trouble', () => {
    const flow = new MediaFlow();
    flow.judge(reading(0, 100), true);
    expect(flow.judge(reading(SUSPECT_STALL_MS, 100), true)).toBe('stalled');
  });

  it('is not missed while it is meant to rest', () => {
    const flow = new MediaFlow();
    flow.judge(reading(0, 100), false);
    flow.rest(reading(60_000, 100));
    expect(flow.judge(reading(61_000, 100), false)).toBe('quiet');
  });
});
