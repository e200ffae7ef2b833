import { expect, it } from 'vitest';
import { reportDrops } from '../../../../streamer/egress/report-drops.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

it('says that packets were given up, once in ten seconds, and nothing when none were', async () => {
  const clock = new VirtualClock();
  const counters = { sent: 0, dropped: 3, full: 0 };
  const lines: unknown[] = [];
  const end = reportDrops({ counters }, { warn: (fields: unknown) => lines.push(fields) }, clock);
  await clock.advance(30_000);
  counters.dropped += 5;
  counters.full += 2;
  await clock.advance(9_000);
  counters.dropped++;
  await clock.advance(30_000);
  expect(lines).toEqual([{ dropped: 6, full: 2 }]);
  end();
  expect(clock.pending).toBe(0);
});
