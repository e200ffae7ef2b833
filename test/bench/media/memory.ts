/** What a viewer who watches takes of the server's memory. */
import { setTimeout as wait } from 'node:timers/promises';
import { residentKilobytes } from '../process-cost.ts';
import { busyClip } from './clip.ts';
import { Crowd } from './crowd.ts';
import type { Candidate, Plan } from './plan.ts';

const FEW = 10;
const MANY = 300;
const AT_ONCE = 4;
const SETTLE_FEW_MS = 5_000;
const SETTLE_MS = 15_000;

export interface MemoryCost {
  readonly server: string;
  readonly kilobytesPerViewer: number;
  readonly kilobytes: number;
}

async function measure(candidate: Candidate, plan: Plan): Promise<MemoryCost> {
  const server = await candidate.start(busyClip());
  const crowd = new Crowd(server, { host: plan.host, profile: plan.profile });
  try {
    await crowd.grow(FEW, AT_ONCE);
    await wait(SETTLE_FEW_MS);
    const before = residentKilobytes(server.pid);
    await crowd.grow(MANY, AT_ONCE);
    await wait(SETTLE_MS);
    const kilobytes = residentKilobytes(server.pid);
    return { server: candidate.label, kilobytesPerViewer: (kilobytes - before) / (MANY - FEW), kilobytes };
  } finally {
    await crowd.empty();
    await server.stop();
  }
}

export async function measureMemory(plan: Plan): Promise<MemoryCost[]> {
  const costs: MemoryCost[] = [];
  for (const candidate of plan.candidates.filter(({ most }) => MANY <= most)) {
    const cost = await measure(candidate, plan);
    process.stderr.write(`${cost.server}: ${cost.kilobytesPerViewer.toFixed(0)} kB per viewer\n`);
    costs.push(cost);
  }
  return costs;
}

export function memoryTable(costs: readonly MemoryCost[]): string[][] {
  const rows = costs.map(({ server, kilobytesPerViewer, kilobytes }) => [server, kilobytesPerViewer.toFixed(0), (kilobytes / 1_024).toFixed(0)]);
  return [[`memory at ${MANY} viewers`, 'kB per viewer', 'MB in all'], ...rows];
}
