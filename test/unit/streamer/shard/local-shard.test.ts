import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../../streamer/diagnosis/diagnose.ts';
import { Fanout } from '../../../../streamer/fanout/fanout.ts';
import { LocalShard } from '../../../../streamer/shard/local-shard.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { ManualSource } from '../../../support/streamer/frames.ts';
import { ScriptedConnection } from '../../../support/streamer/scripted-connection.ts';

const NO_UDP: Diagnosis = {
  id: 'no-udp',
  sentence: 'No UDP arrived.',
  report: { who: 'the viewer', offered: [], answered: [], checks: { received: 0, from: [], sent: 0, answered: 0 }, nominated: false, dtls: 'not-begun' },
};

async function setUp() {
  const clock = new VirtualClock();
  const reported: string[] = [];
  const connection = new ScriptedConnection('the offer');
  connection.diagnosis = NO_UDP;
  const shard = new LocalShard({
    programme: new Fanout({ source: new ManualSource(), clock, wallClock: () => 0, random: () => 0 }),
    connect: () => Promise.resolve(connection),
    failures: { report: (name, { id }) => reported.push(`${name}: ${id}`), clock },
  });
  const watching = await shard.admit('call 1', 'the offer');
  watching.delivered();
  return { clock, connection, reported, watching };
}

describe('a viewer whose media never comes up', () => {
  it('is reported once, when his connection ends by itself', async () => {
    const { connection, reported, watching, clock } = await setUp();
    clock.tick(12_000);
    connection.vanish('the viewer never connected');
    await watching.close();
    expect(reported).toEqual(['call 1: no-udp']);
  });

  it('is reported when he waited and gave up, and not when he just looked in', async () => {
    const patient = await setUp();
    patient.clock.tick(5_000);
    await patient.watching.close();
    expect(patient.reported).toEqual(['call 1: no-udp']);
    const hasty = await setUp();
    hasty.clock.tick(500);
    await hasty.watching.close();
    expect(hasty.reported).toEqual([]);
  });

  it('is none whose media came up', async () => {
    const { clock, connection, reported, watching } = await setUp();
    connection.diagnosis = undefined;
    clock.tick(60_000);
    connection.vanish('the viewer left');
    await watching.close();
    expect(reported).toEqual([]);
  });
});
