/** Hundreds of viewers for minutes: what is lost, how late packets are, and whether memory grows. */
import { setTimeout as wait } from 'node:timers/promises';
import { cpuMicroseconds, residentKilobytes } from '../process-cost.ts';
import type { Scraped } from '../../support/metrics/scrape.ts';
import { busyClip } from './clip.ts';
import { Crowd } from './crowd.ts';
import type { Plan } from './plan.ts';
import { Delays } from './viewer/arrivals.ts';

const LET_IN_AT_ONCE = 4;
const SETTLE_MS = 5_000;
const MINUTE_MS = 60_000;

export interface SoakMinute {
  readonly minute: number;
  readonly packets: number;
  readonly lost: number;
  /** From when a frame was due at the source until a packet of it was read by the bench, ms. */
  readonly medianDelayMs: number;
  readonly delay99Ms: number;
  /** From when a frame was due at the source until the server's send call for the last viewer had returned, ms: the upper end of the bucket that holds it. */
  readonly send99Ms: number;
  readonly kilobytes: number;
  /** Parts of one core. */
  readonly streamer: number;
  readonly bench: number;
}

/** Of the first of our own servers in the plan, with the most viewers in it. */
export async function soak(plan: Plan, minutes: number): Promise<SoakMinute[]> {
  const candidate = plan.candidates.find(({ label }) => label.startsWith('sipcast'));
  if (!candidate) return [];
  const server = await candidate.start(busyClip());
  const crowd = new Crowd(server, plan);
  const passed: SoakMinute[] = [];
  try {
    await crowd.grow(Math.max(...plan.viewers), LET_IN_AT_ONCE);
    await wait(SETTLE_MS);
    for (let minute = 1; minute <= minutes; minute++) {
      const delays = new Delays();
      crowd.noteDelays(delays);
      crowd.reset();
      const [cpu, own] = [cpuMicroseconds(server.pid), process.cpuUsage()];
      const before = await server.scrape?.();
      await wait(MINUTE_MS);
      const after = await server.scrape?.();
      const { user, system } = process.cpuUsage(own);
      const { expected, received } = crowd.counted();
      const one: SoakMinute = {
        minute,
        packets: expected,
        lost: expected - received,
        medianDelayMs: delays.quantile(0.5),
        delay99Ms: delays.quantile(0.99),
        send99Ms: before && after ? quantileMs(before, after, 0.99) : Number.NaN,
        kilobytes: residentKilobytes(server.pid),
        streamer: (cpuMicroseconds(server.pid) - cpu) / 1_000 / MINUTE_MS,
        bench: (user + system) / 1_000 / MINUTE_MS,
      };
      process.stderr.write(`${soakRow(one).join(', ')}\n`);
      passed.push(one);
    }
    crowd.requireGenuine();
    return passed;
  } finally {
    await crowd.empty();
    await server.stop();
  }
}

/** Of what was counted in between. */
function quantileMs(before: Scraped, after: Scraped, share: number): number {
  const buckets = [...after].flatMap(([series, count]) => {
    const bound = /^sipcast_streamer_send_delay_seconds_bucket\{.*le="([^"]+)"/.exec(series)?.[1];
    return bound === undefined ? [] : [{ ms: bound === '+Inf' ? Infinity : Number(bound) * 1_000, count: count - (before.get(series) ?? 0) }];
  });
  const all = buckets.at(-1)?.count ?? 0;
  return buckets.find(({ count }) => all > 0 && count >= all * share)?.ms ?? Number.NaN;
}

function soakRow({ minute, packets, lost, medianDelayMs, delay99Ms, send99Ms, kilobytes, streamer, bench }: SoakMinute): string[] {
  return [`minute ${minute}`, String(packets), String(lost), medianDelayMs.toFixed(1), delay99Ms.toFixed(1), `≤ ${send99Ms}`, (kilobytes / 1_024).toFixed(0), `${(streamer * 100).toFixed(0)} %`, `${(bench * 100).toFixed(0)} %`];
}

export function soakTable(minutes: readonly SoakMinute[], viewers: number): string[][] {
  return [[`${viewers} viewers`, 'packets', 'lost', 'delay ms, median', '99th percentile', 'sent, 99th percentile', 'memory MB', 'streamer, of a core', 'bench, of a core'], ...minutes.map(soakRow)];
}
