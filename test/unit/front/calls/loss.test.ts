import { describe, expect, it } from 'vitest';
import { callAnswer, callOffer } from '../../../support/front/call-sdp.ts';
import { Town } from '../../../support/front/town.ts';

const SECOND = 1_000;
const LOSS = 0.2;
const CALLS = 12;

describe('on a network that loses a fifth of all datagrams each way', () => {
  it('calls are answered and ended, and none is left behind', async () => {
    const town = new Town({ loss: LOSS });
    const [here, there] = [town.front(), town.front()];
    const pairs = await Promise.all(Array.from({ length: CALLS }, async (_, number) => ({ from: await here.page(`from ${number}`), to: await there.page(`to ${number}`) })));
    await town.clock.advance(10 * SECOND);
    for (const { from, to } of pairs) from.begin('call', { to: to.viewer.name, sdp: callOffer() });
    await town.clock.advance(5 * SECOND);
    for (const { to } of pairs) for (const { call } of to.of('invited')) to.begin('accept', { call, sdp: callAnswer() });
    await town.clock.advance(30 * SECOND);
    const connected = pairs.filter(({ from }) => from.of('answered').length === 1);
    expect(connected.length).toBeGreaterThanOrEqual(CALLS * 0.8);
    // Whoever was not connected knows that it came to nothing.
    for (const { from } of pairs) expect(from.of('answered').length + from.of('ended').length).toBeGreaterThan(0);
    for (const { from } of connected) {
      for (let number = 0; number < 5; number++) from.begin('candidates', { call: from.last('answered')?.['call'], fragment: `a=candidate:${number} 1 udp 1 10.0.0.1 9 typ host\r\n` });
    }
    await town.clock.advance(30 * SECOND);
    for (const { from, to } of connected) {
      if (from.of('ended').length > 0) continue;
      expect(to.of('candidates').map(({ fragment }) => String(fragment).slice(12, 13))).toEqual(['0', '1', '2', '3', '4']);
    }
    for (const { from } of connected) from.begin('hang-up', { call: from.last('answered')?.['call'] });
    await town.clock.advance(40 * SECOND);
    expect(here.company.calls.size + there.company.calls.size).toBe(0);
    await town.close();
  });
});
