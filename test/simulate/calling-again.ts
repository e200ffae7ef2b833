/** The way of a call, from whoever notices that nothing comes until his first packet, when many call at once and some of those on the way are dead. */
import { CONTROL, NEW_VIEWER, ROUND_TRIPS, TIMING } from './costs.ts';
import type { Measured } from './costs.ts';
import type { Fleet, Level } from './fleet.ts';
import { serve } from './queue.ts';

const MS_PER_SECOND = 1_000;
/** A process that is as full as this has no time left for anything else; queues are then as long as the run. */
const FULL = 0.99;

/** What is left of each, and what is dead without having said so. */
export interface Survivors {
  readonly fronts: number;
  readonly daemons: number;
  readonly replicas: number;
  readonly dead: { readonly fronts: number; readonly daemons: number; readonly replicas: number };
  /** Whether a dead machine answers nothing at all; else its ports refuse. */
  readonly silent: boolean;
}

export interface Chance {
  /** From 0 to 1. */
  readonly next: () => number;
  /** From -1 (the least that was measured) to 1 (the most), one for a whole run. */
  readonly lean: number;
}

export interface Called {
  /** ms after the death at which the first packet is there, for each who called. */
  readonly back: readonly number[];
  /** The longest that anybody waited for a thread of a replica, ms. */
  readonly longestWait: number;
}

/** A cost between the least and the most that was measured. */
export function drawn({ value, least = value, most = value }: Measured, { lean }: Chance): number {
  return lean < 0 ? value + lean * (value - least) : value + lean * (most - value);
}

/**
 * @param noticed ms after the death at which each notices and calls
 * @param level whose replicas are called
 * @param busy of their threads' time, what media takes once all are back
 * @param byFront viewers come by a front; relays call by themselves
 */
export function callAgain(noticed: readonly number[], fleet: Fleet, level: Level, survivors: Survivors, chance: Chance, byFront: boolean): Called {
  const { options } = fleet;
  const trip = options.rttMs / 2;
  let times = noticed.map((at) => at + trip);
  if (byFront) {
    times = times.map((at) => pastFronts(at, survivors, chance));
    times = serve(times, survivors.fronts, stretched(drawn(CONTROL.frontCallAgain, chance), frontBusy(fleet, survivors.fronts)));
  }
  times = times.map((at) => pastDaemons(at, survivors, chance));
  times = serve(times, survivors.daemons, stretched(drawn(CONTROL.daemonCall, chance), daemonBusy(fleet, survivors.daemons)));
  times = pastReplicas(times, survivors, chance);
  const busy = Math.min(FULL, (level.busy * level.processes) / survivors.replicas);
  const service = stretched(drawn(NEW_VIEWER[options.fanout], chance), busy);
  const done = serve(times, survivors.replicas * fleet.workers, service);
  const longestWait = done.reduce((longest, at, index) => Math.max(longest, at - service - (times[index] ?? 0)), 0);
  return { back: done.map((at) => at + ROUND_TRIPS.value * options.rttMs - trip), longestWait };
}

/** Of each front's time, what they take who come and go all the time. */
export function frontBusy({ options, steadyCalls }: Fleet, fronts: number): number {
  const { files, visit, frontCall, leave } = CONTROL;
  return (steadyCalls * (frontCall.value + leave.value + (options.pages ? files.value + visit.value : 0))) / MS_PER_SECOND / fronts;
}

/** The same of each daemon's, and what it hears of the others. */
export function daemonBusy({ steadyCalls, registersPerSecond }: Fleet, daemons: number): number {
  const own = (steadyCalls * CONTROL.daemonCall.value + registersPerSecond * CONTROL.register.value) / MS_PER_SECOND / daemons;
  const heard = (steadyCalls * CONTROL.hearCall.value + registersPerSecond * CONTROL.hearRegister.value) / MS_PER_SECOND;
  return own + heard * Math.max(0, 1 - 1 / daemons);
}

/** What takes `ms` of a thread takes longer of one that does something else as well. */
function stretched(ms: number, busy: number): number {
  return ms / (1 - Math.min(FULL, busy));
}

/** Whose front is dead too: the balancer tries another; where the name's front is silent it is taken over when it has given no sign of life for long enough. */
function pastFronts(at: number, { fronts, dead, silent }: Survivors, chance: Chance): number {
  const share = dead.fronts / (fronts + dead.fronts);
  let passed = at;
  if (silent && chance.next() < share) passed += TIMING.balancerConnect.value;
  if (silent && chance.next() < share) passed = Math.max(passed, TIMING.frontLife.value - chance.next() * TIMING.frontSign.value);
  return passed;
}

/** Whose daemon is dead: asked in vain for as long as it takes to send again, or until a ping has found out. */
function pastDaemons(at: number, { daemons, dead }: Survivors, chance: Chance): number {
  if (chance.next() >= dead.daemons / (daemons + dead.daemons)) return at;
  const found = chance.next() * TIMING.daemonPing.value + TIMING.daemonSilence.value;
  return at >= found ? at : Math.min(at + TIMING.daemonSilence.value, found);
}

/** Replicas that died look as idle to the daemons as the others, until one has been silent to a daemon. */
function pastReplicas(times: readonly number[], { replicas, daemons, dead }: Survivors, chance: Chance): number[] {
  const knownAt = new Map<string, number>();
  const order = times.map((_, index) => index).sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0));
  const past = [...times];
  for (const index of order) {
    let at = times[index] ?? 0;
    const daemon = Math.floor(chance.next() * daemons);
    // A caller is never led to the same one twice.
    const tried = new Set<number>();
    for (;;) {
      const chosen = Math.floor(chance.next() * (replicas + dead.replicas));
      if (chosen >= dead.replicas) break;
      const key = `${daemon}/${chosen}`;
      if (tried.has(chosen) || at >= (knownAt.get(key) ?? Infinity)) continue;
      tried.add(chosen);
      at += TIMING.replicaSilence.value;
      knownAt.set(key, Math.min(knownAt.get(key) ?? Infinity, at));
    }
    past[index] = at;
  }
  return past;
}
