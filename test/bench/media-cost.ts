/** What a viewer costs the streamer: CPU for each RTP packet sent to him, CPU to let him in, and memory. */
import { setTimeout as wait } from 'node:timers/promises';
import type { System } from '../support/system.ts';
import { BareViewer } from './bare-viewer.ts';
import { cpuMicroseconds, residentKilobytes } from './process-cost.ts';
import { formatSummary, summarize } from './statistics.ts';

const FEW = 5;
const MANY = 30;
const REPETITIONS = 5;
const MEASURE_MS = 4_000;
const SETTLE_MS = 3_000;
const LET_IN_AT_ONCE = 4;

export async function mediaCost(system: System, streamer: string): Promise<string[][]> {
  const { pid } = system.streamer(streamer).process.child;
  const viewers: BareViewer[] = [];
  await letIn(system, streamer, viewers, FEW);
  await wait(SETTLE_MS);
  const fewKilobytes = residentKilobytes(pid);
  const cpuBefore = cpuMicroseconds(pid);
  const begun = performance.now();
  await letIn(system, streamer, viewers, MANY);
  const entryMs = (performance.now() - begun) / (MANY - FEW);
  const entryCpu = (cpuMicroseconds(pid) - cpuBefore) / (MANY - FEW) / 1000;
  await wait(SETTLE_MS);
  const kilobytes = (residentKilobytes(pid) - fewKilobytes) / (MANY - FEW);
  const costs: number[] = [];
  let packetsPerSecond = 0;
  for (let repetition = 0; repetition < REPETITIONS; repetition += 1) {
    const cpu = cpuMicroseconds(pid);
    const packets = received(viewers);
    await wait(MEASURE_MS);
    const sent = received(viewers) - packets;
    costs.push((cpuMicroseconds(pid) - cpu) / sent);
    packetsPerSecond = (sent / MEASURE_MS) * 1000;
  }
  await Promise.all(viewers.map((viewer) => viewer.leave()));
  return [
    [`CPU per RTP packet that reached a viewer, µs (${MANY} viewers, ${packetsPerSecond.toFixed(0)} packets/s in all)`, formatSummary(summarize(costs), 1)],
    ['CPU to let a viewer in, ms (his first packets included)', entryCpu.toFixed(1)],
    [`time to let a viewer in, ms (${LET_IN_AT_ONCE} at once)`, entryMs.toFixed(0)],
    [`memory per viewer, kB (from ${FEW} to ${MANY})`, kilobytes.toFixed(0)],
  ];
}

async function letIn(system: System, streamer: string, viewers: BareViewer[], total: number): Promise<void> {
  while (viewers.length < total) {
    const group = Array.from({ length: Math.min(LET_IN_AT_ONCE, total - viewers.length) }, (_, index) => `bench ${viewers.length + index}`);
    viewers.push(...(await Promise.all(group.map((name) => BareViewer.watch(system.url, name, streamer)))));
  }
}

function received(viewers: readonly BareViewer[]): number {
  return viewers.reduce((sum, { packets }) => sum + packets, 0);
}
