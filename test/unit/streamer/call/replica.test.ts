import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../../shared/cli/usage-error.ts';
import { parseReplicaId, Replica, replicaInstance } from '../../../../streamer/call/replica.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

function setUp(maxViewers = 100) {
  const clock = new VirtualClock();
  const state = { viewers: 0, cpuMs: 0, renewals: 0 };
  const replica = new Replica({ name: 'cam', id: 'a', maxViewers, viewers: () => state.viewers, clock, cpuMs: () => state.cpuMs, cores: 2 });
  const told = (): string | undefined => /;load=([^;]+)/.exec(replica.contactParameters())?.[1];
  // As a registration does.
  replica.start(() => {
    state.renewals++;
    told();
  });
  return { clock, state, replica, told };
}

describe('a replica', () => {
  it('is the same instance wherever it runs, by its name and ID alone', () => {
    expect(replicaInstance('cam', 'a')).toBe(replicaInstance('cam', 'a'));
    expect(replicaInstance('cam', 'a')).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    const others = [replicaInstance('cam', 'b'), replicaInstance('cam2', 'a'), replicaInstance('cam;replica=a', '')];
    expect(new Set([...others, replicaInstance('cam', 'a')]).size).toBe(4);
  });

  it('says which it is, what it takes, and what is in use, in tenths', () => {
    const { state, replica } = setUp();
    expect(replica.contactParameters()).toBe(`;+sip.instance="<${replicaInstance('cam', 'a')}>";load=0;capacity=100`);
    state.viewers = 39;
    expect(replica.contactParameters()).toContain(';load=0.3;');
    state.viewers = 70;
    expect(replica.contactParameters()).toContain(';load=0.7;');
    state.viewers = 100;
    expect(replica.contactParameters()).toContain(';load=1;');
  });

  it('registers anew when a tenth more or less is in use, and no more than each two seconds', async () => {
    const { clock, state } = setUp();
    state.viewers = 9;
    await clock.advance(10_000);
    expect(state.renewals).toBe(0);
    state.viewers = 10;
    await clock.advance(2_000);
    expect(state.renewals).toBe(1);
    for (let step = 0; step < 10; step++) {
      state.viewers += 5;
      await clock.advance(200);
    }
    expect(state.renewals).toBe(2);
    state.viewers = 0;
    await clock.advance(2_000);
    expect(state.renewals).toBe(3);
  });

  it('counts the processor where that is more', async () => {
    const { clock, state, told } = setUp();
    state.cpuMs = 2_000;
    await clock.advance(2_000);
    expect([state.renewals, told()]).toEqual([1, '0.5']);
    await clock.advance(2_000);
    expect([state.renewals, told()]).toEqual([2, '0']);
  });

  it('registers anew when it has less to do, also where that is less than a step below what it has told', async () => {
    const { clock, state } = setUp();
    state.viewers = 10;
    await clock.advance(2_000);
    state.viewers = 2;
    await clock.advance(10_000);
    expect(state.renewals).toBe(2);
  });

  it('is full from when it drains on, and says nothing more when it is closed', async () => {
    const { clock, state, replica, told } = setUp();
    replica.drain();
    expect([state.renewals, told()]).toEqual([1, '1']);
    state.viewers = 50;
    await clock.advance(4_000);
    expect([state.renewals, told()]).toEqual([1, '1']);
    replica.close();
    expect(clock.pending).toBe(0);
  });

  it('has an ID that stands in an address without quotes', () => {
    for (const id of ['a', 'eu-1', 'node_7.b', 'x'.repeat(64)]) expect(parseReplicaId(id)).toBe(id);
    for (const id of ['', 'a b', 'é', 'a;b', 'x'.repeat(65)]) expect(() => parseReplicaId(id)).toThrow(UsageError);
  });
});
