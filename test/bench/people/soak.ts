/** People come and go for minutes; then nobody is there, and nothing may be left of them: round after round. */
import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Member } from '../../support/front/member.ts';
import { formatSummary, formatTable, summarize } from '../statistics.ts';
import { makeCertificate } from '../media/viewer/peer-connection.ts';
import { Chance } from './chance.ts';
import { Leftovers, type Held, type HeldMemory } from './leftovers.ts';
import { sampleClip } from './media/room-clip.ts';
import { closeOwnConnections } from './own-connections.ts';
import { Person } from './person.ts';
import { Tally } from './tally.ts';
import { Town } from './town.ts';
import type { Surroundings } from './visit.ts';

/** After the last has left: a vanished page's name is kept for ten seconds, a live input runs on for five, consent ends after six. */
const QUIET_MS = 15_000;
/** What takes one after the other may take a little longer on a busy machine. */
const QUIET_LIMIT_MS = 20_000;
const POLL_MS = 500;
/** Until a service has seen that a connection was closed. */
const CLOSED_MS = 1_000;
/** RFC 3261: 64 × T1, once for what lingers and once for what began just before. */
const SETTLE_LIMIT_MS = 70_000;
/** A room of an account is deleted, whoever is inside, and made anew. */
const ROOM_LIFE_MS = 20_000;
const MB = 1e6;

/** What a process may hold more than after the first round: the engine's own caches, and what the allocator keeps. */
const TOLERATED = { heapFactor: 1.1, heapBytes: 3e6, residentFactor: 1.25, residentBytes: 30e6, descriptors: 3, handles: 3 } as const;

export interface SoakPlan {
  readonly seconds: number;
  readonly rounds: number;
  readonly people: number;
  readonly seed: number;
  readonly roomHosts: number;
  readonly fronts: number;
  readonly streamers: readonly ('film' | 'live')[];
  /** Whether transactions are waited for, and memory is compared. */
  readonly memory: boolean;
  readonly log: (line: string) => void;
}

export interface ServiceRound {
  readonly held: Held;
  readonly memory: HeldMemory | undefined;
}

export interface SoakRound {
  readonly minute: number;
  /** From when the last had left until nothing of anybody was known, ms; undefined where something was left. */
  readonly quietAfterMs: number | undefined;
  readonly services: ReadonlyMap<string, ServiceRound>;
}

export interface SoakResult {
  readonly rounds: readonly SoakRound[];
  /** As sentences; empty when all is well. */
  readonly leftOver: readonly string[];
  readonly faults: readonly string[];
  readonly complaints: readonly string[];
  readonly counts: readonly (readonly [string, number])[];
}

export async function soak(plan: SoakPlan): Promise<SoakResult> {
  const town = await Town.start(plan);
  const leftovers = await Leftovers.watch(town);
  const tally = new Tally();
  const leftOver: string[] = [];
  const rounds: SoakRound[] = [];
  try {
    const surroundings: Surroundings = { host: '127.0.0.1', clip: await sampleClip(), certificate: await makeCertificate(), tally, streamers: town.streamers, rooms: [] };
    const chance = new Chance(plan.seed);
    const owner = await Member.create(town.urls[0] ?? '', 'owner');
    const subscriptions = await leftovers.subscriptions();
    await closeOwnConnections();
    await wait(CLOSED_MS);
    const before = new Map<string, Held>();
    for (const service of town.services) before.set(service.name, await leftovers.held(service));
    const began = performance.now();
    for (let round = 1; round <= plan.rounds; round++) {
      const stop = AbortSignal.timeout(Math.max(1, Math.round(began + (plan.seconds * 1000 * round) / plan.rounds - performance.now())));
      setMaxListeners(0, stop);
      await Promise.all([
        ...Array.from({ length: plan.people }, (_, place) => new Person(`p${place + 1} of ${round}`, place, town.urls, surroundings, new Chance(chance.between(1, 2 ** 30))).live(stop)),
        keepRooms(owner, surroundings, stop),
      ]);
      const one = await inspect(round, (performance.now() - began) / 60_000);
      rounds.push(one);
      plan.log(describe(one));
    }
    return { rounds, leftOver, faults: tally.faults, complaints: town.complaints(), counts: tally.counts };

    async function inspect(round: number, minute: number): Promise<SoakRound> {
      const left = performance.now();
      await wait(QUIET_MS);
      let known = await leftovers.people();
      while (known.length > 0 && performance.now() - left < QUIET_LIMIT_MS) {
        await wait(POLL_MS);
        known = await leftovers.people();
      }
      leftOver.push(...known.map((what) => `after round ${round}: ${what}`));
      const quietAfterMs = known.length === 0 ? performance.now() - left : undefined;
      const subscribed = await leftovers.subscriptions();
      if (subscribed > subscriptions) leftOver.push(`after round ${round}: ${subscribed} subscriptions at the daemon, ${subscriptions} before`);
      if (plan.memory) await leftovers.settled(SETTLE_LIMIT_MS);
      await closeOwnConnections();
      await wait(CLOSED_MS);
      const services = new Map<string, ServiceRound>();
      for (const service of town.services) {
        const held = await leftovers.held(service);
        leftOver.push(...moreHeld(service.name, round, rounds[0]?.services.get(service.name)?.held ?? before.get(service.name), held));
        services.set(service.name, { held, memory: undefined });
      }
      for (const service of plan.memory ? town.services : []) services.set(service.name, { held: services.get(service.name)!.held, memory: await leftovers.memory(service) });
      for (const [name, { memory }] of services) leftOver.push(...moreMemory(name, round, rounds[0]?.services.get(name)?.memory, memory));
      return { minute, quietAfterMs, services };
    }
  } finally {
    await leftovers.close();
    await town.stop();
  }
}

/** Keeps one room of an account in the list of those that people go to, and another each time it is deleted. */
async function keepRooms(owner: Member, { rooms, tally }: Surroundings, signal: AbortSignal): Promise<void> {
  for (let count = 1; !signal.aborted; count++) {
    // An access token lasts less than the soak, and may end while nobody makes a room: between two rounds.
    await owner.send('POST', '/token/refresh/', { refresh: owner.refresh });
    const { id } = await owner.room(`Tea ${performance.now()}`, count % 2 === 0 ? { guest_limit: 3 } : {});
    rooms.push(id);
    await wait(ROOM_LIFE_MS, undefined, { signal }).catch(() => undefined);
    rooms.splice(0, rooms.length, ...rooms.filter((room) => room !== id));
    const { status } = await owner.send('DELETE', `/rooms/${id}/`);
    if (status !== 204) tally.fault(`deleting a room was answered by ${status}`);
    tally.add('a room of an account is deleted');
  }
}

function moreHeld(name: string, round: number, before: Held | undefined, held: Held): string[] {
  if (!before) return [];
  const found = held.descriptors > before.descriptors + TOLERATED.descriptors ? [`after round ${round}: ${name} has ${held.descriptors} descriptors, ${before.descriptors} before`] : [];
  for (const [kind, count] of Object.entries(held.handles)) {
    const known = before.handles[kind] ?? 0;
    if (count > known + TOLERATED.handles) found.push(`after round ${round}: ${name} has ${count} handles ${kind}, ${known} before; its connections: ${held.connections.join(', ')}`);
  }
  return found;
}

function moreMemory(name: string, round: number, first: HeldMemory | undefined, memory: HeldMemory | undefined): string[] {
  if (!first || !memory) return [];
  const found: string[] = [];
  if (memory.heap > first.heap * TOLERATED.heapFactor + TOLERATED.heapBytes) found.push(`after round ${round}: the heap of ${name} is ${(memory.heap / MB).toFixed(1)} MB, ${(first.heap / MB).toFixed(1)} after the first`);
  if (memory.resident > first.resident * TOLERATED.residentFactor + TOLERATED.residentBytes) found.push(`after round ${round}: ${name} has ${(memory.resident / MB).toFixed(0)} MB resident, ${(first.resident / MB).toFixed(0)} after the first`);
  return found;
}

function describe({ minute, quietAfterMs, services }: SoakRound): string {
  const each = [...services].map(([name, { held, memory }]) => `${name} ${held.descriptors} fds, ${sum(held.handles)} handles${memory ? `, ${(memory.heap / MB).toFixed(1)} MB heap, ${(memory.resident / MB).toFixed(0)} MB resident` : ''}`);
  return `minute ${minute.toFixed(1)}: ${quietAfterMs === undefined ? 'SOMETHING IS LEFT' : `nothing left after ${(quietAfterMs / 1000).toFixed(1)} s`}; ${each.join('; ')}`;
}

const sum = (handles: Readonly<Record<string, number>>) => Object.values(handles).reduce((total, count) => total + count, 0);

/** For each process its figures over all rounds: median (lowest to highest), and memory first and last. */
export function soakTable({ rounds }: SoakResult): string {
  const names = [...(rounds[0]?.services.keys() ?? [])];
  const rows = names.map((name) => {
    const all = rounds.flatMap(({ services }) => services.get(name) ?? []);
    const [first, last] = [all[0]?.memory, all.at(-1)?.memory];
    const mb = (bytes: number | undefined, digits: number) => (bytes === undefined ? '–' : (bytes / MB).toFixed(digits));
    const spread = (pick: (round: ServiceRound) => number | undefined, digits: number) => formatSummary(summarize(all.map(pick)), digits);
    return [
      name,
      spread(({ held }) => held.descriptors, 0),
      spread(({ held }) => sum(held.handles), 0),
      spread(({ memory }) => memory && memory.heap / MB, 1),
      `${mb(first?.heap, 1)} → ${mb(last?.heap, 1)}`,
      spread(({ memory }) => memory && memory.resident / MB, 0),
      `${mb(first?.resident, 0)} → ${mb(last?.resident, 0)}`,
    ];
  });
  return formatTable([['process', 'descriptors', 'handles', 'heap, MB', 'first → last', 'resident, MB', 'first → last'], ...rows]);
}
