import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readDirectory } from '../../signaling/directory/xml/reader.ts';
import { amount } from '../support/amount.ts';
import { scratchFolder } from '../support/paths.ts';
import { startService } from '../support/processes/service.ts';
import { RegisterLoad } from '../support/signaling/register-load.ts';
import { seededRandom } from '../support/sip/seeded-random.ts';

const KILLS = amount(60, 200);
/** Daemons that are killed side by side, each with a directory of its own. */
const CHAINS = 2;
const LONGEST_LIFE_MS = 250;
const NAMES = 24;
const TIMEOUT_MS = 400_000;

interface Outcome {
  readonly kills: number;
  readonly acknowledged: number;
  readonly violations: string[];
}

describe('The signaling daemon', () => {
  it(
    `is killed ${KILLS} times at random moments under REGISTER load: no acknowledged registration is missing, and the file always loads (seeds 4.14, 4.15)`,
    async () => {
      const outcomes = await Promise.all(Array.from({ length: CHAINS }, (_, chain) => killAgainAndAgain(KILLS / CHAINS, chain + 1)));
      expect(outcomes.flatMap(({ violations }) => violations)).toEqual([]);
      expect(outcomes.reduce((sum, { kills }) => sum + kills, 0)).toBe(KILLS);
      // A load that nobody answers would prove nothing.
      expect(outcomes.reduce((sum, { acknowledged }) => sum + acknowledged, 0)).toBeGreaterThan(KILLS * NAMES);
    },
    TIMEOUT_MS,
  );
});

async function killAgainAndAgain(kills: number, seed: number): Promise<Outcome> {
  const folder = scratchFolder('kill');
  const path = join(folder.path, 'directory.xml');
  const snapshot = join(folder.path, 'snapshot.xml');
  const random = seededRandom(seed);
  const names = Array.from({ length: NAMES }, (_, index) => `Cámara <${index}>`);
  const load = await RegisterLoad.open({ names, removalEvery: 7 });
  const violations: string[] = [];
  try {
    for (let kill = 1; kill <= kills; kill++) {
      const { child, addresses } = await startService('signaling', ['0', '--directory', path], { env: { SIPCAST_LOG_LEVEL: 'warn' } });
      load.start(Number(addresses['sip']?.split(':')[1]));
      await new Promise((resolve) => setTimeout(resolve, random() * LONGEST_LIFE_MS));
      await child.end('SIGKILL');
      load.stop();
      // What was answered before the kill is in the socket still.
      await new Promise((resolve) => setImmediate(resolve));
      copyFileSync(path, snapshot);
      const { streamers, rejected } = readDirectory(readFileSync(snapshot, 'utf8'));
      violations.push(...rejected, ...load.violations(streamers).map((violation) => `kill ${kill}: ${violation}`));
      violations.push(...child.log.lines.map(({ text }) => `kill ${kill}: ${text}`));
    }
  } finally {
    await load.close();
    folder.remove();
  }
  return { kills, acknowledged: load.acknowledged, violations };
}
