/** What a relay costs beside an origin: the same viewers at each, in one run. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFolder } from '../../shared/cli/version.ts';
import { cpuMicroseconds } from '../bench/process-cost.ts';
import { isRegistered, RelayTree, type RecordingViewer } from '../support/streamer/relay-tree.ts';

const SAMPLE = join(packageFolder(), 'data/sample.webm');
const LIMIT_MS = 90_000;
const VIEWERS = 6;
/** Of each; some five seconds. */
const PACKETS = 600;
/** One who receives as well has more to do than one who only sends; it is the less the more viewers there are. */
const MOST = 2;

let tree: RelayTree;

beforeAll(async () => {
  tree = await RelayTree.start();
  const origin = await tree.streamer('origin', SAMPLE, '--workers', '0');
  await origin.child.log.waitFor(isRegistered);
  const relay = await tree.relay('relay', 'origin', '--workers', '0');
  await relay.child.log.waitFor(isRegistered);
}, LIMIT_MS);

afterAll(async () => {
  await tree.stop();
}, LIMIT_MS);

const received = (viewers: readonly RecordingViewer[]): number => viewers.reduce((sum, { packets }) => sum + packets.length, 0);

describe('a relay', { timeout: LIMIT_MS }, () => {
  it(`with ${VIEWERS} viewers costs at most ${MOST} times as much for each packet as an origin with as many`, async () => {
    const costs: Record<string, number> = {};
    for (const [place, name] of ['origin', 'relay'].entries()) {
      const viewers = await Promise.all(Array.from({ length: VIEWERS }, () => tree.watch(name)));
      await Promise.all(viewers.map((viewer) => viewer.until(({ audio }) => audio.packets >= 50)));
      const { pid } = tree.processes[place]?.child ?? { pid: 0 };
      const [cpu, packets] = [cpuMicroseconds(pid), received(viewers)];
      await Promise.all(viewers.map((viewer) => viewer.until(({ packets: all }) => all.length >= packets / VIEWERS + PACKETS)));
      costs[name] = (cpuMicroseconds(pid) - cpu) / (received(viewers) - packets);
      for (const viewer of viewers) await tree.leave(viewer);
    }
    const { origin = NaN, relay = NaN } = costs;
    console.log(`CPU for each packet to a viewer: ${origin.toFixed(1)} µs at the origin, ${relay.toFixed(1)} µs at the relay, ${(relay / origin).toFixed(2)} times as much`);
    expect(relay / origin).toBeLessThan(MOST);
  });
});
