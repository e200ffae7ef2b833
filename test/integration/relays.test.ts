/** Trees of relays with real processes over UDP: nothing is encoded anew, and whoever watches keeps watching. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFolder } from '../../shared/cli/version.ts';
import { isRegistered, RelayTree } from '../support/streamer/relay-tree.ts';

const SAMPLE = join(packageFolder(), 'data/sample.webm');
const LIMIT_MS = 60_000;

let tree: RelayTree;

beforeAll(async () => {
  tree = await RelayTree.start();
  const origin = await tree.streamer('origin', SAMPLE);
  await origin.child.log.waitFor(isRegistered);
  for (const [name, of] of [['first', 'origin'], ['second', 'first']] as const) {
    const relay = await tree.relay(name, of);
    await relay.child.log.waitFor(isRegistered);
  }
}, LIMIT_MS);

afterAll(async () => {
  await tree.stop();
}, LIMIT_MS);

describe('a relay of a relay', { timeout: LIMIT_MS }, () => {
  it('sends its viewer what the origin sends its own', async () => {
    const far = await tree.watch('second');
    await far.until(({ video, audio }) => video.keyframes >= 2 && audio.packets >= 50);
    expect(far.video.lost).toBe(0);
    expect(tree.complaints()).toEqual([]);
  });
});
