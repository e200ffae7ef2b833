/** Holds the simulation against what the failure test measured with a small cluster: `test-output/cluster.json`. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { formatSummary, formatTable, summarize } from '../bench/statistics.ts';
import { longest } from './failures.ts';
import type { Kind } from './failures.ts';
import { FleetError, workersOf } from './fleet.ts';
import type { Fleet } from './fleet.ts';
import { OptionError, USUAL } from './options.ts';
import { runs } from './report.ts';
import { coresToSend } from './stream.ts';

/** The cluster of test/chaos/cluster.test.ts. */
const SMALL = { daemons: 3, fronts: 2, origins: 1, relays: 3, cores: 2 } as const;

/** One kill: who, how many watched, how many of them saw it, and for how long at most, in ms. */
const KILLS = z.array(z.object({ killed: z.string(), viewers: z.number().int().positive(), affected: z.number().nonnegative(), longestGapMs: z.number().nonnegative() })).min(1);

/** What a name such as `relay-2` is of. */
const KIND_OF: readonly (readonly [RegExp, Kind])[] = [
  [/^(?:signaling|daemon)/i, 'daemon'], [/^front/i, 'front'], [/^origin/i, 'origin'], [/^relay/i, 'leaf'], [/^redis/i, 'redis'], [/^postgres/i, 'postgres'],
];

/** @throws {OptionError} where the file is not to be had, or is none */
export function checkAgainst(file: string, seeds: number): string {
  const rows = [['killed', 'viewers', 'affected: measured', 'predicted', 'ratio', 'longest gap, ms: measured', 'predicted', 'ratio']];
  for (const { killed, viewers, affected, longestGapMs } of read(file)) {
    const kind = KIND_OF.find(([name]) => name.test(killed))?.[1];
    if (kind === undefined) throw new OptionError(`${file}: ${killed} is none of those that the simulation knows`);
    const failures = runs(kind, smallFleet(viewers), seeds).filter((failure) => failure !== undefined);
    const gap = summarize(failures.map(({ gaps }) => longest(gaps)));
    const expected = summarize(failures.map((failure) => failure.affected));
    rows.push([killed, String(viewers), String(affected), failures.length === 0 ? 'all, until it is back' : String(expected.median), ratio(affected, expected.median), String(Math.round(longestGapMs)), formatSummary(gap), ratio(longestGapMs, gap.median)]);
  }
  return formatTable(rows);
}

function read(file: string): z.infer<typeof KILLS> {
  try {
    return KILLS.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    throw new OptionError(`${file} cannot be read as kills of a cluster: ${(error as Error).message}`, { cause: error });
  }
}

/** On one machine, by loopback. */
export function smallFleet(viewers: number): Fleet {
  const options = { ...USUAL, viewers, cores: SMALL.cores, rttMs: 0, racks: 1 };
  const workers = workersOf(SMALL.cores);
  const level = (processes: number, served: number) => ({ processes, machines: 1, served, mbitOut: 0, memoryGb: 0, busy: coresToSend(served, options.mbit, options.fanout) / workers });
  if (viewers < SMALL.relays) throw new FleetError(`${viewers} viewers are fewer than the relays`);
  return {
    clusters: 1,
    options,
    capacity: viewers,
    workers,
    levels: [level(SMALL.origins, SMALL.relays / SMALL.origins), level(SMALL.relays, viewers / SMALL.relays)],
    daemons: SMALL.daemons,
    fronts: SMALL.fronts,
    redisCores: 0,
    postgresCores: 0,
    callsPerSecond: 0,
    steadyCalls: 0,
    registersPerSecond: 0,
    totalGbit: 0,
  };
}

/** Where both are nothing, they agree. */
function ratio(measured: number, predicted: number): string {
  if (!Number.isFinite(predicted)) return '–';
  if (measured === predicted) return '1.00';
  return predicted === 0 ? 'none predicted' : (measured / predicted).toFixed(2);
}
