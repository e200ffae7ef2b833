/** Daemons, fronts and engines: for the minutes in which all come, and so that whoever a dead relay leaves behind is back in time. */
import { CONTROL, ENGINES, TIMING } from './costs.ts';
import type { Measured } from './costs.ts';
import type { Options } from './options.ts';
import { withSpare } from './spare.ts';

const MS_PER_SECOND = 1_000;
const SECONDS_PER_MINUTE = 60;
const KB_PER_MB = 1e3;
/** The offer, the answer and the end are each a change of the directory. */
export const CHANGES_PER_CALL = 3;

export interface Control {
  readonly daemons: number;
  readonly fronts: number;
  /** Each with a Redis of its own; one, where one Redis and the daemons around it bear all. */
  readonly clusters: number;
  /** Of the one core that a Redis uses. */
  readonly redisCores: number;
  readonly postgresCores: number;
  /** While all come. */
  readonly callsPerSecond: number;
  /** When as many go as come. */
  readonly steadyCalls: number;
  /** Of people, new and refreshed. */
  readonly registersPerSecond: number;
}

/** @param together viewers of one relay, who all call again when it dies */
export function planControl(options: Options, together: number): Control {
  const steadyCalls = options.viewers / (options.stayMinutes * SECONDS_PER_MINUTE);
  const callsPerSecond = Math.max(steadyCalls, options.viewers / (options.arriveMinutes * SECONDS_PER_MINUTE));
  const registersPerSecond = options.pages ? options.viewers / CONTROL.personRefresh.value + callsPerSecond : 0;
  const load = { callsPerSecond, steadyCalls, registersPerSecond };
  return { ...load, ...cluster(options, load), fronts: fronts(options, load, together), postgresCores: options.pages ? cores(callsPerSecond, ENGINES.postgresVisit) : 0 };
}

type Load = Pick<Control, 'callsPerSecond' | 'steadyCalls' | 'registersPerSecond'>;

function cores(perSecond: number, { value }: Measured): number {
  return (perSecond * value) / MS_PER_SECOND;
}

/** As few clusters as bear it. */
function cluster(options: Options, { callsPerSecond, registersPerSecond }: Load): Pick<Control, 'daemons' | 'clusters' | 'redisCores'> {
  for (let clusters = 1; ; clusters += 1) {
    const calls = callsPerSecond / clusters;
    const registers = registersPerSecond / clusters;
    const changes = registers + CHANGES_PER_CALL * calls;
    const daemons = daemonsFor(cores(calls, CONTROL.daemonCall) + cores(registers, CONTROL.register), cores(changes, CONTROL.hear), options);
    if (daemons === undefined) continue;
    // Redis serves all commands in one thread; each daemon reads what changed, and knows all sessions.
    const redisCores = cores(changes, ENGINES.redisWrite) + daemons * cores(changes, ENGINES.redisRead);
    const sessionsMb = ((options.viewers / clusters) * CONTROL.session.value) / KB_PER_MB;
    if (redisCores <= options.fullest && sessionsMb <= options.fullest * CONTROL.heap.value) return { daemons: daemons * clusters, clusters, redisCores };
  }
}

/** Daemons that share `work` cores, each of which also hears of what the others do, `heard` cores when it is all of it; undefined where even many do not get through. */
function daemonsFor(work: number, heard: number, options: Options): number | undefined {
  if (heard >= options.fullest) return undefined;
  let needed = Math.max(1, Math.ceil(work / options.fullest));
  while (work / needed + heard * (1 - 1 / needed) > options.fullest) needed += 1;
  return withSpare(needed, options.racks);
}

/** The larger of what the busiest minutes want, and of what it takes to let all viewers of a dead relay call again in time. */
function fronts(options: Options, { callsPerSecond, steadyCalls }: Load, together: number): number {
  const each = CONTROL.frontCall.value + CONTROL.leave.value + (options.pages ? CONTROL.files.value + CONTROL.visit.value : 0);
  const usual = (perSecond: number) => (perSecond * each) / MS_PER_SECOND;
  const inTime = options.backSeconds - (TIMING.pageSilence.value + TIMING.pageLook.value) / MS_PER_SECOND;
  const again = inTime > 0 ? cores(together, CONTROL.frontCallAgain) / inTime : 0;
  return withSpare(Math.max(usual(callsPerSecond), usual(steadyCalls) + again) / options.fullest, options.racks);
}
