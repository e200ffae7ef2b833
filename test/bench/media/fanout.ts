/** What a packet to a viewer costs: CPU of the whole server process while viewers watch, over the packets that it sent; and its memory. */
import { setTimeout as wait } from 'node:timers/promises';
import { cpuMicroseconds, residentKilobytes } from '../process-cost.ts';
import { formatSummary, summarize } from '../statistics.ts';
import { busyClip } from './clip.ts';
import { Crowd } from './crowd.ts';
import type { Candidate, Plan } from './plan.ts';

/** These come first, so that what a server needs in any case does not count as theirs. */
const FEW = 10;
const SETTLE_MS = 3_000;
const LET_IN_AT_ONCE = 4;

export interface FanoutCell {
  readonly server: string;
  readonly viewers: number;
  /** CPU microseconds per packet and viewer, of each repetition. */
  readonly microseconds: readonly number[];
  readonly packetsPerSecond: number;
  /** Part of the packets that never came, 0 to 1. */
  readonly lost: number;
  /** Part of the time that the bench itself was busy: near 1 it is the bottleneck. */
  readonly benchLoad: number;
  /** Memory of the server at the end, and what each viewer after the first few added, if there were any. */
  readonly kilobytes: number;
  readonly kilobytesPerViewer: number | undefined;
}

async function measure(candidate: Candidate, viewers: number, plan: Plan): Promise<FanoutCell> {
  const server = await candidate.start(busyClip());
  const crowd = new Crowd(server, plan);
  try {
    await crowd.grow(Math.min(FEW, viewers), LET_IN_AT_ONCE);
    await wait(SETTLE_MS);
    const before = residentKilobytes(server.pid);
    await crowd.grow(viewers, LET_IN_AT_ONCE);
    await wait(plan.warmUpSeconds * 1_000);
    const microseconds: number[] = [];
    let sent = 0;
    let lost = 0;
    const own = process.cpuUsage();
    const begun = performance.now();
    for (let repetition = 0; repetition < plan.repetitions; repetition++) {
      crowd.reset();
      const cpu = cpuMicroseconds(server.pid);
      await wait(plan.seconds * 1_000);
      const used = cpuMicroseconds(server.pid) - cpu;
      const { expected, received } = crowd.counted();
      microseconds.push(used / expected);
      sent += expected;
      lost += expected - received;
    }
    const elapsed = performance.now() - begun;
    const { user, system } = process.cpuUsage(own);
    const kilobytes = residentKilobytes(server.pid);
    crowd.requireGenuine();
    return {
      server: candidate.label,
      viewers,
      microseconds,
      packetsPerSecond: (sent / elapsed) * 1_000,
      lost: lost / sent,
      benchLoad: (user + system) / 1_000 / elapsed,
      kilobytes,
      kilobytesPerViewer: viewers > FEW ? (kilobytes - before) / (viewers - FEW) : undefined,
    };
  } finally {
    await crowd.empty();
    await server.stop();
  }
}

export async function measureFanout(plan: Plan): Promise<FanoutCell[]> {
  const cells: FanoutCell[] = [];
  for (const viewers of plan.viewers) {
    for (const candidate of plan.candidates.filter(({ most }) => viewers <= most)) {
      const cell = await measure(candidate, viewers, plan);
      process.stderr.write(
        `${cell.server}, ${viewers} viewers: ${formatSummary(summarize(cell.microseconds), 1)} µs, ${(cell.lost * 100).toFixed(3)} % lost, ` +
          `${cell.kilobytesPerViewer?.toFixed(0) ?? '–'} kB per viewer, bench busy ${(cell.benchLoad * 100).toFixed(0)} %\n`,
      );
      cells.push(cell);
    }
  }
  return cells;
}

/** One row for each server: the cost by number of viewers, the ratios to Janus, and the growth from the last but one number to the last. */
export function fanoutTable(cells: readonly FanoutCell[], counts: readonly number[]): string[][] {
  const cellOf = (server: string, viewers: number) => cells.find((each) => each.server === server && each.viewers === viewers);
  const median = (server: string, viewers: number) => {
    const cell = cellOf(server, viewers);
    return cell && summarize(cell.microseconds).median;
  };
  const rows = [...new Set(cells.map(({ server }) => server))].map((server) => [
    server,
    ...counts.map((viewers) => {
      const cell = cellOf(server, viewers);
      return cell ? `${formatSummary(summarize(cell.microseconds), 1)}${cell.lost > 0 ? `, ${(cell.lost * 100).toFixed(2)} % lost` : ''}` : '–';
    }),
    ...counts.map((viewers) => quotient(median(server, viewers), median('Janus', viewers))),
    percent(median(server, counts.at(-1) ?? 0), median(server, counts.at(-2) ?? 0)),
  ]);
  return [['CPU µs per packet and viewer', ...counts.map((viewers) => `${viewers} viewers`), ...counts.map((viewers) => `× Janus (${viewers})`), `growth ${counts.slice(-2).join(' → ')}`], ...rows];
}

/** Of the cells with the most viewers. */
export function memoryTable(cells: readonly FanoutCell[], counts: readonly number[]): string[][] {
  const most = Math.max(...counts);
  const rows = cells.filter(({ viewers }) => viewers === most).map(({ server, kilobytesPerViewer, kilobytes }) => [server, kilobytesPerViewer?.toFixed(0) ?? '–', (kilobytes / 1_024).toFixed(0)]);
  return [[`memory at ${most} viewers`, 'kB per viewer', 'MB in all'], ...rows];
}

function quotient(value: number | undefined, by: number | undefined): string {
  return value === undefined || by === undefined ? '–' : (value / by).toFixed(2);
}

function percent(value: number | undefined, from: number | undefined): string {
  return value === undefined || from === undefined ? '–' : `${((value / from - 1) * 100).toFixed(0)} %`;
}
