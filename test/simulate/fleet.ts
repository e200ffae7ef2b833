/** How many of each there must be, so that one rack may be away and nothing is fuller than it may be; and what goes over the network. */
import { TIMING, VIEWER_MEMORY, WORKERS } from './costs.ts';
import { planControl } from './control.ts';
import type { Control } from './control.ts';
import type { Options } from './options.ts';
import { withSpare } from './spare.ts';
import { coresToSend, viewersOf, wireMbit } from './stream.ts';

const MBIT_PER_GBIT = 1_000;
const KB_PER_GB = 1e6;

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

/** One cluster, complete in itself; where one does not bear all viewers there are several alike, each with its share of them. */
export interface Fleet extends Control {
  readonly clusters: number;
  /** As of one cluster: `viewers` are its own. */
  readonly options: Options;
  /** What one process may have at most, while a rack is away. */
  readonly capacity: number;
  readonly workers: number;
  readonly levels: readonly Level[];
  readonly totalGbit: number;
}

/** A level cannot be: too deep, or a process carries nobody. */
export class FleetError extends Error {}

/** @throws {FleetError} */
export function planFleet(asked: Options): Fleet {
  for (let clusters = 1; ; clusters += 1) {
    const options = { ...asked, viewers: Math.ceil(asked.viewers / clusters) };
    const media = planMedia(options);
    const control = planControl(options, media.levels.at(-1)?.served ?? 0);
    if (control !== undefined) return { clusters, options, ...media, ...control };
    if (options.viewers === 1) throw new FleetError('not even a cluster of one viewer is possible');
  }
}

type Media = Pick<Fleet, 'capacity' | 'workers' | 'levels' | 'totalGbit'>;

function planMedia(options: Options): Media {
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
  return { capacity, workers, levels, totalGbit: levels.reduce((sum, { processes, mbitOut }) => sum + processes * mbitOut, 0) / MBIT_PER_GBIT };
}

/** Threads that send: in the main thread where there are one or two cores. */
export function workersOf(cores: number): number {
  return cores <= 2 ? 1 : Math.min(WORKERS.most.value, cores - WORKERS.coresFree.value);
}
