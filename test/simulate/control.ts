/** Daemons, fronts and engines of one cluster: for the minutes in which all come, and so that whoever a dead relay leaves behind is back in time. */
import { CONTROL, ENGINES, TIMING } from './costs.ts';
import type { Measured } from './costs.ts';
import type { Options } from './options.ts';
import { withSpare } from './spare.ts';

const MS_PER_SECOND = 1_000;
const SECONDS_PER_MINUTE = 60;
const KB_PER_MB = 1e3;
/** The offer, the answer and the end are each a change of the directory. */
const CHANGES_PER_CALL = 3;

export interface Control {
  readonly daemons: number;
  readonly fronts: number;
  /** Of the one core that Redis uses. */
  readonly redisCores: number;
  readonly postgresCores: number;
  /** While all come. */
  readonly callsPerSecond: number;
  /** When as many go as come. */
  readonly steadyCalls: number;
  /** Of people, new and refreshed. */
  readonly registersPerSecond: number;
}

/**
 * @param together viewers of one relay, who all call again when it dies
 * @returns undefined where one Redis, and daemons that each hear of everything, do not bear it
 */
export function planControl(options: Options, together: number): Control | undefined {
  const steadyCalls = options.viewers / (options.stayMinutes * SECONDS_PER_MINUTE);
  const callsPerSecond = Math.max(steadyCalls, options.viewers / (options.arriveMinutes * SECONDS_PER_MINUTE));
  const registersPerSecond = options.pages ? options.viewers / CONTROL.personRefresh.value + callsPerSecond : 0;
  const load = { callsPerSecond, steadyCalls, registersPerSecond };
  const daemons = daemonsFor(options, load, together);
  if (daemons === undefined) return undefined;
  // Redis serves all commands in one thread; a daemon knows all sessions.
  const redisCores = (callsPerSecond * redisCost(ENGINES.redisCall, CHANGES_PER_CALL, daemons) + registersPerSecond * redisCost(ENGINES.redisRegister, 1, daemons)) / MS_PER_SECOND;
  const sessionsMb = (options.viewers * CONTROL.session.value) / KB_PER_MB;
  if (redisCores > options.fullest || sessionsMb > options.fullest * CONTROL.heap.value) return undefined;
  return { ...load, daemons, redisCores, fronts: frontsFor(options, load, together), postgresCores: options.pages ? cores(callsPerSecond, ENGINES.postgresVisit) : 0 };
}

type Load = Pick<Control, 'callsPerSecond' | 'steadyCalls' | 'registersPerSecond'>;

function cores(perSecond: number, { value }: Measured): number {
  return (perSecond * value) / MS_PER_SECOND;
}

/** CPU ms of Redis: what it takes to write, and as much for each daemon that hears of it as in what was measured. */
function redisCost({ value }: Measured, writes: number, daemons: number): number {
  const written = writes * ENGINES.redisWrite.value;
  return written + (daemons * Math.max(0, value - written)) / ENGINES.daemonsMeasured.value;
}

/** Cores, so that all who were at one relay are back in time. */
function again(together: number, each: Measured, { backSeconds }: Options): number {
  const inTime = backSeconds - (TIMING.pageSilence.value + TIMING.pageLook.value) / MS_PER_SECOND;
  return inTime > 0 ? cores(together, each) / inTime : 0;
}

/** Undefined where even many do not get through: each hears of what all the others do. */
function daemonsFor(options: Options, { callsPerSecond, steadyCalls, registersPerSecond }: Load, together: number): number | undefined {
  const registers = cores(registersPerSecond, CONTROL.register);
  const own = registers + Math.max(cores(callsPerSecond, CONTROL.daemonCall), cores(steadyCalls, CONTROL.daemonCall) + again(together, CONTROL.daemonCall, options));
  const heard = cores(callsPerSecond, CONTROL.hearCall) + cores(registersPerSecond, CONTROL.hearRegister);
  if (heard >= options.fullest) return undefined;
  let needed = Math.max(1, Math.ceil(own / options.fullest));
  while (own / needed + heard * (1 - 1 / needed) > options.fullest) needed += 1;
  return withSpare(needed, options.racks);
}

function frontsFor(options: Options, { callsPerSecond, steadyCalls }: Load, together: number): number {
  const each = CONTROL.frontCall.value + CONTROL.leave.value + (options.pages ? CONTROL.files.value + CONTROL.visit.value : 0);
  const usual = (perSecond: number) => (perSecond * each) / MS_PER_SECOND;
  return withSpare(Math.max(usual(callsPerSecond), usual(steadyCalls) + again(together, CONTROL.frontCallAgain, options)) / options.fullest, options.racks);
}
