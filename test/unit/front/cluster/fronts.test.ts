import { beforeEach, describe, expect, it } from 'vitest';
import { Fronts } from '../../../../front/cluster/fronts.ts';
import { silentLogger } from '../../../../shared/log/logger.ts';
import { systemRandom } from '../../../../shared/sip/timing/random.ts';
import { MemorySharedState } from '../../../support/front/memory-shared-state.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

let clock: VirtualClock;
let state: MemorySharedState;
let gone: string[];

async function front(address: string): Promise<Fronts> {
  const made = new Fronts({ state, clock, wallClock: () => clock.now(), random: systemRandom, log: silentLogger, onReturned: () => undefined });
  made.onGone((id) => gone.push(id));
  await made.start(address);
  return made;
}

beforeEach(() => {
  clock = new VirtualClock();
  state = new MemorySharedState(() => clock.now());
  gone = [];
});

describe('fronts', () => {
  it('know each other, and who is silent for two seconds is gone', async () => {
    const [here, there] = [await front('http://a'), await front('http://b')];
    await clock.advance(1_500);
    expect([here.find(there.id)?.address, there.find(here.id)?.address, here.size]).toEqual(['http://b', 'http://a', 2]);
    const silent = there.id;
    await there.close();
    await clock.advance(1_500);
    expect([here.find(silent), gone]).toEqual([undefined, [silent]]);
  });

  it('take nobody for gone because what they share was away for long', async () => {
    const here = await front('http://a');
    await clock.advance(700);
    const there = await front('http://b');
    await clock.advance(1_500);
    state.away = true;
    await clock.advance(20_000);
    expect(here.find(there.id)).toBeDefined();
    state.away = false;
    for (let passed = 0; passed < 5_000; passed += 100) {
      await clock.advance(100);
      expect([here.find(there.id)?.address, there.find(here.id)?.address]).toEqual(['http://b', 'http://a']);
    }
    expect(gone).toEqual([]);
  });

  it('find out soon who did not come back together with what they share', async () => {
    const [here, there] = [await front('http://a'), await front('http://b')];
    await clock.advance(1_500);
    state.away = true;
    await clock.advance(5_000);
    const silent = there.id;
    await there.close();
    state.away = false;
    await clock.advance(4_000);
    expect([here.find(silent), gone]).toEqual([undefined, [silent]]);
  });
});
