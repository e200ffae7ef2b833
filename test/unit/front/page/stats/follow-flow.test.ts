import { describe, expect, it } from 'vitest';
import { followFlow, LOOK_MS } from '../../../../../front/page/src/stats/follow-flow.ts';
import { STALL_MS } from '../../../../../front/page/src/stats/flow.ts';
import { readSample } from '../../../../../front/page/src/stats/sample.ts';
import { ManualTiming } from '../support.ts';

function setUp() {
  const timing = new ManualTiming();
  const told: string[] = [];
  let bytes = 100;
  let figures = 0;
  const end = followFlow(
    { sample: () => Promise.resolve(readSample([{ id: 't', type: 'transport', selectedCandidatePairId: 'p' }, { id: 'p', type: 'candidate-pair', bytesReceived: bytes }], timing.now())) },
    timing,
    { onFigures: () => figures++, onFlows: (at) => told.push(`flows ${at}`), onStalled: () => told.push('stalled') },
  );
  return { told, pass: (ms: number) => timing.pass(ms), end, figures: () => figures, come: () => (bytes += 100) };
}

describe('following the flow of a connection', () => {
  it('tells at each look whether something has come, and of a stall once nothing has for long', async () => {
    const { told, pass, come } = setUp();
    await pass(LOOK_MS);
    come();
    await pass(LOOK_MS);
    expect(told).toEqual([`flows ${LOOK_MS}`, `flows ${2 * LOOK_MS}`]);
    await pass(STALL_MS + LOOK_MS);
    expect(told.at(-1)).toBe('stalled');
  });

  it('makes figures once a second', async () => {
    const { pass, figures } = setUp();
    await pass(5_000);
    expect(figures()).toBeGreaterThanOrEqual(4);
    expect(figures()).toBeLessThanOrEqual(6);
  });

  it('says nothing any more when it is ended', async () => {
    const { told, pass, end } = setUp();
    await pass(LOOK_MS);
    end();
    await pass(2_000);
    expect(told).toHaveLength(1);
  });
});
