/** The simulation's tables. */
import { formatSummary, formatTable, summarize } from '../bench/statistics.ts';
import { seededRandom } from '../support/sip/seeded-random.ts';
import { ENGINES, TIMING } from './costs.ts';
import { KINDS, longest, simulate } from './failures.ts';
import type { Failure, Kind } from './failures.ts';
import { planFleet } from './fleet.ts';
import type { Fleet } from './fleet.ts';
import type { Options } from './options.ts';

const MS_PER_SECOND = 1_000;
const PERCENTILE = 0.99;

const NAMES: Readonly<Record<Kind, string>> = {
  leaf: 'a relay that viewers are at', inner: 'a relay above relays', origin: 'the origin', daemon: 'a daemon', front: 'a front', redis: 'Redis', postgres: 'PostgreSQL', rack: 'a rack, with all in it',
};

/** What each of several runs, with a seed each, came to. */
export function runs(kind: Kind, fleet: Fleet, seeds: number): (Failure | undefined)[] {
  return Array.from({ length: seeds }, (_, seed) => {
    const next = seededRandom(seed + 1);
    return simulate(kind, fleet, { next, lean: next() * 2 - 1 });
  });
}

/** Machines and bandwidth, a column for each number of viewers. */
export function fleetTable(fleets: readonly Fleet[]): string {
  const row = (name: string, of: (fleet: Fleet) => string) => [name, ...fleets.map(of)];
  const relays = (fleet: Fleet) => fleet.levels.slice(1);
  return formatTable([
    row('viewers', ({ options, clusters }) => whole(options.viewers * clusters)),
    row('clusters alike', ({ clusters }) => whole(clusters)),
    row('… of each: viewers', ({ options }) => whole(options.viewers)),
    row('viewers a streamer or relay takes at most', ({ capacity }) => whole(capacity)),
    row('origins (the second is a replica)', ({ levels }) => whole(levels[0]?.processes ?? 0)),
    row('relays, by level from the origin', (fleet) => relays(fleet).map(({ processes }) => whole(processes)).join(' → ') || '0'),
    row('machines for these', ({ levels }) => whole(levels.reduce((sum, { machines }) => sum + machines, 0))),
    row('viewers at each of the last level', ({ levels }) => whole(levels.at(-1)?.served ?? 0)),
    row('a process busy with media, all there', ({ levels }) => percent(levels.at(-1)?.busy ?? 0)),
    row('memory of a process for its viewers, MB', ({ levels }) => whole((levels.at(-1)?.memoryGb ?? 0) * MS_PER_SECOND)),
    row('daemons', ({ daemons }) => whole(daemons)),
    row('fronts', ({ fronts }) => whole(fronts)),
    row('machines for both, a core each', ({ daemons, fronts, options }) => whole(Math.ceil((daemons + fronts) / options.cores))),
    row('Redis: of its one core', ({ redisCores }) => percent(redisCores)),
    row('PostgreSQL: cores', ({ postgresCores }) => postgresCores.toFixed(2)),
    row('calls a second while all come', ({ callsPerSecond }) => whole(callsPerSecond)),
    row('REGISTERs a second', ({ registersPerSecond }) => whole(registersPerSecond)),
    row('out of all origins, Mbit/s', ({ levels: [origin] }) => whole((origin?.mbitOut ?? 0) * (origin?.processes ?? 0))),
    row('out of each relay of the last level, Mbit/s', (fleet) => whole(relays(fleet).at(-1)?.mbitOut ?? 0)),
    row('all clusters: machines for media', ({ clusters, levels }) => whole(clusters * levels.reduce((sum, { machines }) => sum + machines, 0))),
    row('all clusters: for daemons and fronts', ({ clusters, daemons, fronts, options }) => whole(clusters * Math.ceil((daemons + fronts) / options.cores))),
    row('all clusters: Gbit/s', ({ clusters, totalGbit }) => (clusters * totalGbit).toFixed(1)),
  ]);
}

/** How long pictures stand, and until when all is as before, for each that may die: median (least to most) over the seeds, in seconds. */
export function recoveryTable(fleet: Fleet, seeds: number): string {
  const rows = [['dies', 'pictures that stand', 'for, median viewer', '99 of 100', 'longest', 'all settled', 'a new call, longer by']];
  for (const kind of KINDS) {
    const all = runs(kind, fleet, seeds);
    const known = all.filter((failure) => failure !== undefined);
    if (known.length === 0) {
      const has = kind === 'inner' || kind === 'leaf' ? fleet.levels.length > (kind === 'inner' ? 2 : 1) : true;
      if (has) rows.push([NAMES[kind], 'until it is started again', '–', '–', '–', '–', '–']);
      continue;
    }
    const seconds = (of: (failure: Failure) => number) => formatSummary(summarize(known.map((failure) => of(failure) / MS_PER_SECOND)), 2);
    const stands = known.some(({ affected }) => affected > 0);
    rows.push([
      NAMES[kind],
      whole(summarize(known.map(({ affected }) => affected)).median),
      ...(stands ? [seconds(({ gaps }) => quantile(gaps, 0.5)), seconds(({ gaps }) => quantile(gaps, PERCENTILE)), seconds(({ gaps }) => longest(gaps))] : ['–', '–', '–']),
      seconds(({ settled }) => settled),
      kind === 'redis' ? 'a new name: until it is back' : kind === 'postgres' ? 'an account: until it is back' : seconds(({ newCall }) => newCall),
    ]);
  }
  return formatTable(rows);
}

/** What an operator has to change, or should not believe without looking. */
export function remarks(fleet: Fleet, seeds: number): string[] {
  const { options } = fleet;
  const said: string[] = [];
  const wait = longest(runs('rack', fleet, seeds).concat(runs('leaf', fleet, seeds)).map((failure) => failure?.longestWait ?? 0));
  if (wait > TIMING.replicaSilence.value) said.push(`Whoever calls again waits up to ${(wait / MS_PER_SECOND).toFixed(1)} s for a thread; a daemon that hears nothing for ${TIMING.replicaSilence.value} ms tries another. More relays, each with fewer viewers, shorten it.`);
  if (fleet.clusters > 1) said.push(`One Redis, and daemons that each hear of everything, do not bear all: ${fleet.clusters} clusters, each complete in itself; what shows the same in all is one origin, which the first relays of each watch.`);
  if (fleet.postgresCores > options.fullest) said.push(`PostgreSQL takes ${fleet.postgresCores.toFixed(1)} cores while all come, at ${ENGINES.postgresVisit.value} ms for each.`);
  if (fleet.levels.length > 2) said.push(`${fleet.levels.length - 1} levels of relays: the origin's way out, ${options.originGbit} Gbit/s, feeds no more.`);
  return said;
}

export function report(options: Options, sizes: readonly number[], seeds: number): string {
  const fleets = sizes.map((viewers) => planFleet({ ...options, viewers }));
  const parts = [fleetTable(fleets)];
  for (const fleet of fleets) parts.push(`${whole(fleet.options.viewers * fleet.clusters)} viewers${fleet.clusters > 1 ? `, of whom one cluster has ${whole(fleet.options.viewers)}` : ''}; seconds, median (least to most) of ${seeds} seeds\n${recoveryTable(fleet, seeds)}`, ...remarks(fleet, seeds));
  return parts.join('\n\n');
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0;
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en');
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
