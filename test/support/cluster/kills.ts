/** Kills one process of a cluster, and finds out what its viewers noticed. */
import { STEADY_MS } from '../../../front/page/src/player/transitions.ts';
import type { Cluster, Victim } from './cluster.ts';
import type { Starvation } from './starvation.ts';
import type { ClusterViewer } from './viewer.ts';

/** Shorter gaps nobody notices, ms. */
export const NOTICED_MS = 500;

/** All must have had a picture for this long before the next one dies, ms. */
const CALM_MS = 1000;
const CALM_LIMIT_MS = 60_000;
const LOOK_MS = 50;

export interface Outcome {
  readonly victim: string;
  /** Viewers whose own streamer died, or the origin of all; and the others. */
  readonly own: number;
  readonly others: number;
  /** The longest gap of those and of these, ms. */
  readonly ownGap: number;
  readonly othersGap: number;
  /** From when the origin was back until the last had a picture again, ms; undefined for any other. */
  readonly afterReturn: number | undefined;
  /** From the kill until it was back and could be used, ms. */
  readonly backAfter: number;
  /** How much longer everything took than on a machine with nothing else to do. */
  readonly starvation: number;
  /** Calls and offers that came to nothing. */
  readonly failures: readonly string[];
}

export async function killOne(cluster: Cluster, victim: Victim, starvation: Starvation): Promise<Outcome> {
  const viewers = cluster.viewers;
  const own = viewers.filter(({ source }) => victim.isOrigin === true || (victim.media !== undefined && source === victim.media));
  const others = viewers.filter((viewer) => !own.includes(viewer));
  const failuresBefore = new Map(viewers.map((viewer) => [viewer, viewer.failures.length]));
  const factor = starvation.measure();
  const begun = performance.now();
  await victim.kill();
  const back = performance.now();
  // Who is hit again sooner waits longer between his calls, as the page does.
  await calm(cluster, own.length > 0 ? STEADY_MS : CALM_MS);
  const longest = (those: readonly ClusterViewer[]) => Math.round(Math.max(0, ...those.map(({ gaps }) => gaps.longest(begun))));
  const ends = viewers.flatMap(({ gaps }) => gaps.lastEnd(begun, NOTICED_MS) ?? []);
  return {
    victim: victim.title,
    own: own.length,
    others: others.length,
    ownGap: longest(own),
    othersGap: longest(others),
    afterReturn: victim.isOrigin === true ? Math.round(Math.max(0, ...ends.map((end) => end - back))) : undefined,
    backAfter: Math.round(back - begun),
    starvation: factor(),
    failures: viewers.flatMap((viewer) => viewer.failures.slice(failuresBefore.get(viewer)).map((text) => `${viewer.name}: ${text}`)),
  };
}

/** Resolves when all viewers have had a picture for a while. */
export async function calm(cluster: Cluster, forMs = CALM_MS): Promise<void> {
  const begun = performance.now();
  let since = begun;
  while (performance.now() - since < forMs) {
    const now = performance.now();
    const without = cluster.viewers.filter(({ gaps }) => now - (gaps.lastPicture ?? 0) > NOTICED_MS);
    if (without.length > 0) since = now;
    if (now - begun > CALM_LIMIT_MS) throw new Error(`without a picture: ${without.map(({ name, state, source, failures }) => `${name} (${source}) ${JSON.stringify(state)} ${failures.join('; ')}`).join('\n')}`);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}

/** One line a victim. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ victim, own, ownGap, others, othersGap, afterReturn, backAfter, starvation, failures }) => [
    victim, `${backAfter}`, `${own}`, own === 0 ? '' : `${ownGap}`, afterReturn === undefined ? '' : `${afterReturn}`, `${others}`, others === 0 ? '' : `${othersGap}`, starvation.toFixed(1), `${failures.length}`,
  ]);
  const heads = ['killed', 'back after ms', 'its viewers', 'longest gap ms', 'after its return ms', 'others', 'longest gap ms', 'slowed down ×', 'failed calls'];
  const widths = heads.map((head, column) => Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)));
  return [heads, ...rows].map((row) => row.map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0))).join('  ')).join('\n');
}
