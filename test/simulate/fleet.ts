/** How many of each there must be, so that one rack may be away and nothing is fuller than it may be; and what goes over the network. */
import { CONTROL, ENGINES, TIMING, VIEWER_MEMORY, WORKERS } from './costs.ts';
import type { Options } from './options.ts';
import { coresToSend, viewersOf, wireMbit } from './stream.ts';

const MS_PER_SECOND = 1_000;
const SECONDS_PER_MINUTE = 60;
const MBIT_PER_GBIT = 1_000;
const KB_PER_GB = 1e6;
const KB_PER_MB = 1e3;

/** One level of the tree: the origin is level 0, viewers are at the last. */
export interface Level {
  readonly processes: number;
  readonly machines: number;
  /** Whom one process serves when all are there: viewers, or relays of the next level. */
  readonly served: number;
  readonly mbitOut: number;
  readonly memoryGb: number;
  /** Of the workers' time, what media takes when all are there. */
  readonly busy: number;
}

export interface Fleet {
  readonly options: Options;
  /** What one process may have at most, while a rack is away. */
  readonly capacity: number;
  readonly workers: number;
  readonly levels: readonly Level[];
  readonly daemons: number;
  readonly fronts: number;
  /** Engines that share the load, each with a standby: more than one of Redis means as many clusters beside each other. */
  readonly clusters: number;
  readonly redisCores: number;
  readonly postgresCores: number;
  readonly callsPerSecond: number;
  readonly registersPerSecond: number;
  readonly totalGbit: number;
}

/** A level cannot be: too deep, or a process carries nobody. */
export class FleetError extends Error {}

export function planFleet(options: Options): Fleet {
  const workers = workersOf(options.cores);
  const perMachine = Math.max(1, Math.floor(options.cores / (workers + WORKERS.coresFree.value)));
  const wire = wireMbit(options.mbit);
  const byNic = Math.floor((options.fullest * options.nicGbit * MBIT_PER_GBIT) / wire / perMachine);
  const capacity = Math.min(viewersOf(options.fullest * workers, options.mbit, options.fanout), byNic);
  if (capacity < 1) throw new FleetError('a machine carries no viewer of this stream: fewer Mbit/s, or larger machines');
  const level = (processes: number, served: number): Level => ({
    processes,
    machines: Math.ceil(processes / perMachine),
    served,
    mbitOut: served * wire,
    memoryGb: (served * VIEWER_MEMORY[options.fanout].value) / KB_PER_GB,
    busy: coresToSend(served, options.mbit, options.fanout) / workers,
  });
  const levels: Level[] = [];
  // From the viewers up, until one origin can feed what there is; another one, its replica, is beside it where there are racks.
  const fromOrigin = Math.min(capacity, Math.floor((options.fullest * options.originGbit * MBIT_PER_GBIT) / wire));
  let served = options.viewers;
  while (served > fromOrigin) {
    if (levels.length > TIMING.relayDepth.value) throw new FleetError(`more than ${TIMING.relayDepth.value} relays in a row: the origin feeds ${fromOrigin}`);
    const processes = withSpare(served / capacity, options.racks);
    if (processes >= served) throw new FleetError('the relays need as many relays: a wider way out');
    levels.unshift(level(processes, served / processes));
    served = processes;
  }
  const origins = withSpare(1, options.racks);
  levels.unshift(level(origins, served / origins));
  return { options, capacity, workers, levels, ...control(options), totalGbit: levels.reduce((sum, { processes, mbitOut }) => sum + processes * mbitOut, 0) / MBIT_PER_GBIT };
}

/** Threads that send: in the main thread where there are one or two cores. */
export function workersOf(cores: number): number {
  return cores <= 2 ? 1 : Math.min(WORKERS.most.value, cores - WORKERS.coresFree.value);
}

/** So many that what is left when a rack is away is still `needed`; two at least, in two racks, where there are two. */
export function withSpare(needed: number, racks: number): number {
  if (racks === 1) return Math.ceil(needed);
  let count = Math.max(2, Math.ceil(needed));
  while (count - Math.ceil(count / racks) < needed) count += 1;
  return count;
}

/** Daemons, fronts and engines, by what all viewers do in the busiest minutes: they all come, and all who are there are refreshed. */
function control(options: Options): Pick<Fleet, 'daemons' | 'fronts' | 'clusters' | 'redisCores' | 'postgresCores' | 'callsPerSecond' | 'registersPerSecond'> {
  const arrivals = options.viewers / (options.arriveMinutes * SECONDS_PER_MINUTE);
  const steady = options.viewers / (options.stayMinutes * SECONDS_PER_MINUTE);
  const callsPerSecond = Math.max(arrivals, steady);
  const registersPerSecond = options.pages ? options.viewers / CONTROL.personRefresh.value + callsPerSecond : 0;
  const cores = (perSecond: number, { value }: { readonly value: number }) => (perSecond * value) / MS_PER_SECOND;
  // Each call is three changes of the directory: the offer, the answer, the end.
  const changes = registersPerSecond + 3 * callsPerSecond;
  for (let clusters = 1; ; clusters += 1) {
    const share = { calls: callsPerSecond / clusters, registers: registersPerSecond / clusters, changes: changes / clusters };
    const daemons = daemonsFor(cores(share.calls, CONTROL.daemonCall) + cores(share.registers, CONTROL.register), cores(share.changes, CONTROL.hear), options);
    const redisCores = daemons === undefined ? Infinity : cores(share.changes, ENGINES.redisWrite) + daemons * cores(share.changes, ENGINES.redisRead);
    const sessionsMb = ((options.viewers / clusters) * CONTROL.session.value) / KB_PER_MB;
    // Redis serves all commands in one thread; a daemon knows all sessions of its cluster.
    if (daemons === undefined || redisCores > options.fullest || sessionsMb > options.fullest * CONTROL.heap.value) continue;
    const frontCores = cores(callsPerSecond, CONTROL.frontCall) + (options.pages ? cores(callsPerSecond, CONTROL.visit) : 0);
    return {
      daemons: daemons * clusters,
      fronts: Math.max(clusters * Math.min(2, options.racks), withSpare(frontCores / options.fullest, options.racks)),
      clusters,
      redisCores,
      postgresCores: options.pages ? cores(callsPerSecond, ENGINES.postgresVisit) : 0,
      callsPerSecond,
      registersPerSecond,
    };
  }
}

/** Daemons that share `work` cores, each of which also hears of what the others do, `heard` cores when it is all of it; undefined where even many do not get through. */
function daemonsFor(work: number, heard: number, options: Options): number | undefined {
  if (heard >= options.fullest) return undefined;
  let needed = Math.ceil(work / options.fullest) || 1;
  while (work / needed + heard * (1 - 1 / needed) > options.fullest) needed += 1;
  return withSpare(needed, options.racks);
}
