/** What the failure test measured, as a file that the simulation is held against: `npm run simulate -- --check test-output/cluster.json`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { repository } from '../paths.ts';
import { NOTICED_MS } from './kills.ts';
import type { Outcome } from './kills.ts';

const FOLDER = join(repository, 'test-output');

/** One entry for each that was killed: the median of all rounds. */
export function record(outcomes: readonly Outcome[]): void {
  const killed = [...new Set(outcomes.map(({ victim }) => victim))].map((victim) => {
    const rounds = outcomes.filter((outcome) => outcome.victim === victim);
    return {
      killed: victim,
      viewers: median(rounds.map(({ own, others }) => own + others)),
      affected: median(rounds.map(affected)),
      longestGapMs: median(rounds.map((outcome) => (affected(outcome) > 0 ? Math.max(outcome.ownGap, outcome.othersGap) : 0))),
    };
  });
  mkdirSync(FOLDER, { recursive: true });
  writeFileSync(join(FOLDER, 'cluster.json'), `${JSON.stringify(killed, undefined, 2)}\n`);
}

/** Viewers of whom one at least had a gap that people notice. */
function affected({ own, others, ownGap, othersGap }: Outcome): number {
  return (ownGap > NOTICED_MS ? own : 0) + (othersGap > NOTICED_MS ? others : 0);
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
