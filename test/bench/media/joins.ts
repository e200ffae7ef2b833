/** What a new viewer costs: CPU of the server from his call to his first packet, while hardly any media flows. */
import { setTimeout as wait } from 'node:timers/promises';
import { cpuMicroseconds } from '../process-cost.ts';
import { formatSummary, summarize } from '../statistics.ts';
import { quietClip } from './clip.ts';
import { Crowd } from './crowd.ts';
import type { Candidate, Plan } from './plan.ts';

const BATCH = 50;
const BATCHES = 6;
const AT_ONCE = 8;
const SETTLE_MS = 500;

export interface JoinCost {
  readonly server: string;
  /** CPU milliseconds per viewer, of each batch but the first, which warms the server up. */
  readonly milliseconds: readonly number[];
  /** Viewers let in per second, the bench's own work on the other core included. */
  readonly perSecond: readonly number[];
}

async function measure(candidate: Candidate, plan: Plan): Promise<JoinCost> {
  const server = await candidate.start(quietClip());
  const crowd = new Crowd(server, plan);
  const milliseconds: number[] = [];
  const perSecond: number[] = [];
  try {
    for (let batch = 0; batch <= BATCHES; batch++) {
      await wait(SETTLE_MS);
      const before = cpuMicroseconds(server.pid);
      const begun = performance.now();
      await crowd.grow(BATCH, AT_ONCE);
      const elapsed = performance.now() - begun;
      const used = cpuMicroseconds(server.pid) - before;
      await crowd.empty();
      if (batch === 0) continue;
      milliseconds.push(used / 1_000 / BATCH);
      perSecond.push((BATCH / elapsed) * 1_000);
    }
    return { server: candidate.label, milliseconds, perSecond };
  } finally {
    await crowd.empty();
    await server.stop();
  }
}

export async function measureJoins(plan: Plan): Promise<JoinCost[]> {
  const costs: JoinCost[] = [];
  for (const candidate of plan.candidates) {
    const cost = await measure(candidate, plan);
    process.stderr.write(`${cost.server}: ${formatSummary(summarize(cost.milliseconds), 2)} ms per new viewer\n`);
    costs.push(cost);
  }
  return costs;
}

export function joinTable(costs: readonly JoinCost[]): string[][] {
  const janus = costs.find(({ server }) => server === 'Janus');
  const rows = costs.map(({ server, milliseconds, perSecond }) => {
    const { median } = summarize(milliseconds);
    const ratio = janus ? (median / summarize(janus.milliseconds).median).toFixed(2) : '–';
    return [server, formatSummary(summarize(milliseconds), 2), ratio, (1_000 / median).toFixed(0), formatSummary(summarize(perSecond))];
  });
  return [['a new viewer', 'CPU ms', '× Janus', 'per second and core, by CPU', `per second, ${AT_ONCE} at once, bench included`], ...rows];
}
