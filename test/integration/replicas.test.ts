/** Several streamers behind one name, with real processes over UDP: calls are spread, and go on to others when one is full or dead. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../support/front/client.ts';
import { scrape } from '../support/metrics/scrape.ts';
import { offerOf } from '../support/sdp-fixtures.ts';
import { startSystem } from '../support/system.ts';
import type { System, SystemPart } from '../support/system.ts';

const CAM = 'cam';
/** Small against the 60 calls, so that viewers and not the processor decide where the next one goes. */
const CAPACITY = 40;
/** "Within a second", on a machine that does much else. */
const SOON_MS = 4_000;
const PATIENCE = { timeout: 20_000 };
/** Of 60 calls, at each of three. */
const LEAST = 8;

const replica = (id: string, capacity = CAPACITY) => ({
  name: CAM,
  args: ['--replica', id, '--max-viewers', String(capacity), '--metrics-port', '0', '--media-host', '127.0.0.1', '--connect-timeout', '60'],
});

/** How many watch at a replica, as it counts itself. */
async function viewersAt({ process }: SystemPart): Promise<number> {
  return (await scrape(process.addresses['metrics'] ?? '')).get('sipcast_streamer_viewers') ?? NaN;
}

const registered = (part: SystemPart) => part.process.child.log.waitFor(({ text }) => text.includes('registered as'));

let system: System;
let url: string;
let watcher: Client;

async function start(...capacities: number[]): Promise<void> {
  system = await startSystem({ streamers: capacities.map((capacity, index) => replica(`r${index}`, capacity)) });
  url = system.url.replace(/\/$/, '');
  await Promise.all(system.streamers.map(registered));
  watcher = await new Client(url, 'watcher').register();
  await (await watcher.page()).next(({ streamers }) => Array.isArray(streamers) && streamers.length === 1);
}

let count = 0;
/** A viewer who calls with a browser's offer, and never sends media. */
async function call(client = new Client(url, `viewer ${count++}`)): Promise<Client> {
  const { status, body } = await client.watch(CAM, offerOf('chromium'));
  expect(status, JSON.stringify(body)).toBe(200);
  return client;
}

const listed = async (): Promise<unknown[]> => (await watcher.post('/options')).body['streamers'] as unknown[];

describe('three replicas of one name', () => {
  beforeAll(() => start(CAPACITY, CAPACITY, CAPACITY));
  afterAll(() => system.stop());

  it('share 60 calls, which the list counts together', async () => {
    await Promise.all(Array.from({ length: 60 }, () => call()));
    const viewers = await Promise.all(system.streamers.map(viewersAt));
    console.info(`60 calls: ${viewers.join(' + ')}`);
    expect(viewers.reduce((sum, each) => sum + each, 0)).toBe(60);
    // What a replica says of its processor counts as well, and that is chance here.
    for (const each of viewers) expect(each).toBeGreaterThanOrEqual(LEAST);
    await expect.poll(listed, PATIENCE).toMatchObject([{ name: CAM, viewers: 60 }]);
    const directory = readFileSync(join(system.folder, 'directory.xml'), 'utf8');
    expect(directory.match(/<instance>urn:uuid:[0-9a-f-]{36}<\/instance>/g)).toHaveLength(3);
  });

  it('one dies: whoever calls next is answered by another, at once after the first', async () => {
    await system.streamers[0]?.kill();
    const times: number[] = [];
    for (let index = 0; index < 6; index++) {
      const from = performance.now();
      await call();
      times.push(Math.round(performance.now() - from));
    }
    console.info(`calls after a death: ${times.join(', ')} ms`);
    for (const time of times) expect(time).toBeLessThan(SOON_MS);
    expect(await Promise.all(system.streamers.slice(1).map(viewersAt)).then(([a = 0, b = 0]) => a + b)).toBeGreaterThanOrEqual(6 + 2 * LEAST);
  });

  it('one that is started again with the same ID replaces itself, its calls are over, and those of the others are not', async () => {
    const others = await Promise.all(system.streamers.slice(1).map(viewersAt));
    await system.streamers[0]?.start();
    if (system.streamers[0]) await registered(system.streamers[0]);
    const total = others.reduce((sum, each) => sum + each, 0);
    await expect.poll(listed, PATIENCE).toMatchObject([{ name: CAM, viewers: total }]);
    await call();
    expect(await Promise.all(system.streamers.map(viewersAt))).toEqual([1, ...others]);
  });

  it('the daemon is restarted: all return, and no call of any is ended', async () => {
    const before = await Promise.all(system.streamers.map(viewersAt));
    const viewers = before.reduce((sum, each) => sum + each, 0);
    await expect.poll(listed, PATIENCE).toMatchObject([{ viewers }]);
    // Calls are written down lazily: a kill would lose those of the last seconds.
    await system.signaling.stop();
    await system.signaling.start();
    await expect.poll(async () => ((await listed()) as { viewers: number }[] | undefined)?.[0]?.viewers, PATIENCE).toBe(viewers);
    expect(await Promise.all(system.streamers.map(viewersAt))).toEqual(before);
    const directory = (): number => readFileSync(join(system.folder, 'directory.xml'), 'utf8').match(/<instance>/g)?.length ?? 0;
    expect(directory()).toBe(3);
  });
});

describe('replicas of which one is small', () => {
  beforeAll(() => start(1, CAPACITY));
  afterAll(() => system.stop());

  it('pass on whom the full one has no place for', async () => {
    for (let index = 0; index < 10; index++) await call();
    expect(await Promise.all(system.streamers.map(viewersAt))).toEqual([1, 9]);
  });

  it('do not send him back who calls again, to where he was', async () => {
    const { streamers } = system;
    const client = await call(new Client(url, 'returning'));
    const [, before = 0] = await Promise.all(streamers.map(viewersAt));
    await client.post('/leave');
    await expect.poll(async () => Promise.all(streamers.map(viewersAt)), PATIENCE).toEqual([1, before - 1]);
    await call(client);
    // The other has no place, and so he is where he was all the same.
    expect(await Promise.all(streamers.map(viewersAt))).toEqual([1, before]);
  });
});
