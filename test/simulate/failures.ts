/** What happens when one of each kind dies: who notices, how long his picture stands, and until when all is as before. */
import { callAgain, drawn, frontBusy } from './calling-again.ts';
import type { Chance, Survivors } from './calling-again.ts';
import { CONTROL, TIMING } from './costs.ts';
import type { Fleet, Level } from './fleet.ts';
import { serve } from './queue.ts';

/** Calls whose fate tells how long a new call may take. */
const SAMPLE_CALLS = 2_000;

export const KINDS = ['leaf', 'inner', 'origin', 'daemon', 'front', 'redis', 'postgres', 'rack'] as const;
export type Kind = (typeof KINDS)[number];

export interface Failure {
  /** Viewers whose picture stood. */
  readonly affected: number;
  /** How long it stood, ms, for each of them; those of one relay stand together and are one entry. */
  readonly gaps: readonly number[];
  /** When everybody who had to call again, or to come again, was done, ms. */
  readonly settled: number;
  /** The longest that a call of somebody new took beyond the usual, ms. */
  readonly newCall: number;
  readonly longestWait: number;
}

const NOTHING: Failure = { affected: 0, gaps: [], settled: 0, newCall: 0, longestWait: 0 };

/** Undefined where the fleet has none of that kind, or only one and nobody can take over. */
export function simulate(kind: Kind, fleet: Fleet, chance: Chance): Failure | undefined {
  const leaf = fleet.levels.length - 1;
  if (kind === 'leaf') return leaf === 0 ? undefined : levelDeath(fleet, leaf, 1, whole(fleet), chance);
  if (kind === 'origin') return levelDeath(fleet, 0, 1, whole(fleet), chance);
  if (kind === 'inner') return leaf < 2 ? undefined : levelDeath(fleet, 1, 1, whole(fleet), chance);
  if (kind === 'daemon') return fleet.daemons < 2 ? undefined : daemonDeath(1 / fleet.daemons, chance);
  if (kind === 'front') return fleet.fronts < 2 ? undefined : frontDeath(fleet, chance);
  if (kind === 'rack') return fleet.options.racks < 2 ? undefined : rackDeath(fleet, chance);
  // Everybody works from memory; what is new waits for the engine.
  return NOTHING;
}

/** When a page notices that nothing comes any more. */
function pageNotices(chance: Chance): number {
  return TIMING.pageSilence.value + chance.next() * TIMING.pageLook.value;
}

function relayNotices(): number {
  return TIMING.relaySilence.value + TIMING.relayPause.value;
}

function whole(fleet: Fleet): Survivors {
  return { fronts: fleet.fronts, daemons: fleet.daemons, replicas: 0, dead: { fronts: 0, daemons: 0, replicas: 0 }, silent: false };
}

/** So many of the processes of one level die. Where they were all, nobody takes over. */
function levelDeath(fleet: Fleet, index: number, dead: number, around: Survivors, chance: Chance): Failure | undefined {
  const level = fleet.levels[index];
  if (level === undefined || level.processes <= dead) return undefined;
  // Whoever calls again comes last to the one that he was at; only others that died with it cost him time.
  return died(fleet, index, Math.ceil(level.served * dead), { ...around, replicas: level.processes - dead, dead: { ...around.dead, replicas: dead - 1 } }, chance);
}

/** `callers` of a level lose theirs: viewers where it is the last, else relays, each with those below it. */
function died(fleet: Fleet, index: number, callers: number, survivors: Survivors, chance: Chance): Failure {
  const level = fleet.levels[index] as Level;
  const isLeaf = index === fleet.levels.length - 1;
  const noticed = Array.from({ length: callers }, () => (isLeaf ? pageNotices(chance) : relayNotices()));
  const { back, longestWait } = callAgain(noticed, fleet, level, survivors, chance, isLeaf);
  const below = isLeaf ? 1 : fleet.options.viewers / (fleet.levels[index + 1]?.processes ?? 1);
  return { affected: Math.min(fleet.options.viewers, Math.round(callers * below)), gaps: back, settled: longest(back), newCall: longestWait, longestWait };
}

/** Nobody who watches: only who is about to. A share of the calls goes to the dead one until it is found out. */
function daemonDeath(share: number, chance: Chance): Failure {
  const found = chance.next() * TIMING.daemonPing.value + TIMING.daemonSilence.value;
  let newCall = 0;
  for (let call = 0; call < SAMPLE_CALLS; call += 1) {
    const at = chance.next() * found;
    if (chance.next() < share) newCall = Math.max(newCall, Math.min(TIMING.daemonSilence.value, found - at));
  }
  return { ...NOTHING, settled: found, newCall };
}

/** The picture goes on while the pages come back to the other fronts, and call there. */
function frontDeath(fleet: Fleet, chance: Chance): Failure {
  const pages = fleet.options.pages ? Math.ceil(fleet.options.viewers / fleet.fronts) : 0;
  const returned = Array.from({ length: pages }, () => drawn(TIMING.pageReturn, { ...chance, lean: chance.next() * 2 - 1 }) + fleet.options.rttMs);
  const visited = serve(returned, fleet.fronts - 1, drawn(CONTROL.visit, chance) / (1 - frontBusy(fleet, fleet.fronts - 1)));
  const level = fleet.levels.at(-1) as Level;
  const survivors: Survivors = { ...whole(fleet), fronts: fleet.fronts - 1, replicas: level.processes };
  const { back, longestWait } = callAgain(visited, fleet, level, survivors, chance, true);
  const settled = longest(back);
  return { ...NOTHING, settled, newCall: Math.max(0, settled - TIMING.pageReturn.value), longestWait };
}

/** A share of everything dies at once and answers nothing. */
function rackDeath(fleet: Fleet, chance: Chance): Failure | undefined {
  const of = (count: number) => Math.ceil(count / fleet.options.racks);
  const dead = { fronts: of(fleet.fronts), daemons: of(fleet.daemons), replicas: 0 };
  if (fleet.fronts <= dead.fronts || fleet.daemons <= dead.daemons) return undefined;
  const around: Survivors = { fronts: fleet.fronts - dead.fronts, daemons: fleet.daemons - dead.daemons, replicas: 0, dead, silent: true };
  const parts = fleet.levels.map((level, index) => levelDeath(fleet, index, of(level.processes), around, chance));
  const own = daemonDeath(dead.daemons / fleet.daemons, chance);
  return parts.reduce<Failure>((sum, part) => (part === undefined ? sum : merged(sum, part, fleet.options.viewers)), own);
}

function merged(a: Failure, b: Failure, viewers: number): Failure {
  return {
    // Those below an inner relay and those of a leaf may be the same.
    affected: Math.min(viewers, a.affected + b.affected),
    gaps: [...a.gaps, ...b.gaps],
    settled: Math.max(a.settled, b.settled),
    newCall: Math.max(a.newCall, b.newCall),
    longestWait: Math.max(a.longestWait, b.longestWait),
  };
}

/** Of what may be many. */
export function longest(values: readonly number[]): number {
  return values.reduce((most, value) => Math.max(most, value), 0);
}
