/**
 * The whole, each process of which is killed under load in turn: 3 daemons on one Redis, 2 fronts on one PostgreSQL behind a load balancer that is
 * not sticky, an origin and 3 relays of it. `CLUSTER_ROUNDS=20` does it twenty times in a row.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Cluster, ORIGIN, RELAYED } from '../support/cluster/cluster.ts';
import { calm, killOne, NOTICED_MS, tableOf } from '../support/cluster/kills.ts';
import type { Outcome } from '../support/cluster/kills.ts';
import { record } from '../support/cluster/record.ts';
import { Starvation } from '../support/cluster/starvation.ts';
import { lacks } from '../support/tools/system-tools.ts';

const ROUNDS = Number(process.env['CLUSTER_ROUNDS'] ?? 1);
const VIEWERS = Number(process.env['CLUSTER_VIEWERS'] ?? 12);
const PLAN = {
  daemons: Number(process.env['CLUSTER_DAEMONS'] ?? 3),
  fronts: Number(process.env['CLUSTER_FRONTS'] ?? 2),
  relays: Number(process.env['CLUSTER_RELAYS'] ?? 3),
};

/** How long whoever lost his streamer may be without, ms; and anybody after the origin is back. */
const LIMIT_MS = 2000;

/** Beyond this nothing more is forgiven; a machine of one's own is slowed down by less than 2. */
const MOST_SLOWED = 5;

/** By then everybody's registration is where a newcomer hears of it, also of those whose front has just died, ms. */
const PEOPLE_LIMIT_MS = 20_000;

const ROUND_LIMIT_MS = 300_000;

describe.skipIf(lacks('redis-server', 'postgres', 'nginx'))('the whole, each process of which is killed in turn', () => {
  let cluster: Cluster | undefined;
  let starvation: Starvation;
  const all: Outcome[] = [];

  beforeAll(async () => {
    starvation = new Starvation();
    cluster = await Cluster.start(PLAN);
    for (let index = 0; index < VIEWERS; index++) await cluster.watch();
  });
  afterAll(async () => {
    record(all);
    const folder = process.env['CLUSTER_LOGS'];
    if (cluster && folder !== undefined) writeFileSync(join(folder, 'cluster.log'), cluster.logs());
    await cluster?.stop();
    await starvation.stop();
  });

  it.each(Array.from({ length: ROUNDS }, (_, index) => index + 1))(
    'interrupts nobody whose own streamer lives, and others for two seconds at most: round %i',
    async () => {
      if (!cluster) throw new Error('the cluster did not start');
      const outcomes: Outcome[] = [];
      try {
        await calm(cluster);
        for (const victim of cluster.victims) {
          outcomes.push(await killOne(cluster, victim, starvation));
          // Whoever comes now is served, and sees what there is.
          await greet(cluster, [], [ORIGIN, RELAYED]);
        }
        await greet(cluster, cluster.viewers.map(({ name }) => name), [ORIGIN, RELAYED]);
      } finally {
        console.log(tableOf(outcomes));
        all.push(...outcomes);
      }
      for (const { victim, ownGap, othersGap, afterReturn, starvation: slowed, failures } of outcomes) {
        // On a machine that others use too, everything takes longer.
        const fair = (limit: number) => limit * Math.min(slowed, MOST_SLOWED);
        expect.soft(othersGap, `${victim}: viewers whose streamer lived; ${failures.join('; ')}`).toBeLessThanOrEqual(fair(NOTICED_MS));
        if (afterReturn === undefined) expect.soft(ownGap, `${victim}: its own viewers; ${failures.join('; ')}`).toBeLessThanOrEqual(fair(LIMIT_MS));
        else expect.soft(afterReturn, `${victim}: all, after its return`).toBeLessThanOrEqual(fair(LIMIT_MS));
      }
    },
    ROUND_LIMIT_MS,
  );
});

/** Somebody new gets a picture, and hears of these people and these streamers. */
async function greet(cluster: Cluster, people: readonly string[], streamers: readonly string[]): Promise<void> {
  const newcomer = await cluster.watch();
  try {
    const missing = () => [...people.filter((name) => !newcomer.people.includes(name)), ...streamers.filter((name) => !newcomer.listed.includes(name))];
    await expect.poll(missing, { timeout: PEOPLE_LIMIT_MS }).toEqual([]);
  } finally {
    await cluster.leave(newcomer);
  }
}
