/** Whether the page for operators says what the simulation says today, and names only what there is. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { planFleet } from '../../simulate/fleet.ts';
import { USUAL } from '../../simulate/options.ts';
import { fleetTable, recoveryTable } from '../../simulate/report.ts';
import { repository } from '../../support/paths.ts';

const FILE = join(repository, 'docs/operations/scale.md');
const SEEDS = 10;
const text = readFileSync(FILE, 'utf8');
const fleets = [10_000, 100_000, 1_000_000].map((viewers) => planFleet({ ...USUAL, viewers }));

describe('docs/operations/scale.md', () => {
  it('has the table of machines as `npm run simulate` prints it', () => expect(text).toContain(`\n${fleetTable(fleets)}\n`));

  it.each([0, 1])('has the table of recovery as `npm run simulate` prints it (%i)', (index) => expect(text).toContain(`\n${recoveryTable(fleets[index]!, SEEDS)}\n`));

  it('takes for granted what the simulation does', () => {
    const { mbit, cores, nicGbit, racks, fullest, arriveMinutes, stayMinutes, rttMs, backSeconds } = USUAL;
    expect([mbit, cores, nicGbit, racks, fullest, arriveMinutes, stayMinutes, rttMs, backSeconds]).toEqual([1.6, 8, 10, 4, 0.7, 10, 30, 40, 2]);
    expect(text).toContain('(1.6 Mbit/s; machines of 8 cores and 10 Gbit/s in four racks; nothing over 70 % while a rack is away; all come within ten minutes and stay for thirty; 40 ms to front; pages, not players)');
  });

  it.each([FILE, join(repository, 'docs/operations/kubernetes/README.md')])('%s points only at files that are there', (file) => {
    const targets = [...readFileSync(file, 'utf8').matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = '']) => target);
    expect(targets.length).toBeGreaterThan(1);
    expect(targets.filter((target) => !existsSync(join(dirname(file), target)))).toEqual([]);
  });
});
