/** What befalls relays: an origin that is killed and comes back, one that hangs, and a way to it that loses packets. */
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageFolder } from '../../shared/cli/version.ts';
import { CallRejectedError } from '../../shared/sip/index.ts';
import { SipDetour } from '../support/network/sip-detour.ts';
import type { ServiceProcess } from '../support/processes/service.ts';
import { isRegistered, RelayTree, type Packet, type RecordingViewer } from '../support/streamer/relay-tree.ts';

const SAMPLE = join(packageFolder(), 'data/sample.webm');
const LIMIT_MS = 90_000;
const VIDEO_RATE = 90_000;
/** A call is tried each two seconds at the least, and takes its time on a machine that has other things to do. */
const BACK_WITHIN_MS = 6_000;
/** What a viewer's times may differ from ours over a break. */
const JUMP_MS = 1_500;
const LOSS = 0.05;

let tree: RelayTree;
let origin: ServiceProcess;

beforeAll(async () => {
  tree = await RelayTree.start();
  origin = await tree.streamer('origin', SAMPLE);
  await origin.child.log.waitFor(isRegistered);
}, LIMIT_MS);

afterAll(async () => {
  await tree.stop();
}, LIMIT_MS);

const portOf = (service: ServiceProcess): string => (service.addresses['sip'] ?? '').split(':')[1] ?? '';

/** Resolves with the first packet of picture that comes after the latest. */
async function nextPacket(viewer: RecordingViewer): Promise<{ readonly before: Packet; readonly after: Packet }> {
  const before = viewer.of('video').at(-1);
  if (!before) throw new Error('nothing has come yet');
  await viewer.until(() => viewer.of('video').at(-1) !== before);
  const packets = viewer.of('video');
  const after = packets[packets.indexOf(before) + 1];
  if (!after) throw new Error('nothing came');
  return { before, after };
}

describe('the viewer of a relay of a relay', { timeout: LIMIT_MS }, () => {
  let viewer: RecordingViewer;

  beforeAll(async () => {
    for (const [name, of] of [['first', 'origin'], ['second', 'first']] as const) {
      const relay = await tree.relay(name, of);
      await relay.child.log.waitFor(isRegistered);
    }
    viewer = await tree.watch('second');
    await viewer.until(({ video }) => video.keyframes >= 2);
  }, LIMIT_MS);

  it('watches on, in the same call and without a gap in its numbers, when the origin was killed and is back', async () => {
    await origin.child.end('SIGKILL');
    await tree.processes[1]?.child.log.waitFor(({ text }) => text.includes('origin is called again'));
    const lost = viewer.video.lost;
    const back = nextPacket(viewer);
    origin = await tree.streamer('origin', SAMPLE, '--udp-port', portOf(origin));
    await origin.child.log.waitFor(isRegistered);
    const returned = performance.now();
    const { before, after } = await back;
    console.log(`the first packet at the second relay's viewer ${Math.round(after.atMs - returned)} ms after the origin has registered again, ${Math.round(after.atMs - before.atMs)} ms after the last`);
    expect(after.atMs - returned).toBeLessThan(BACK_WITHIN_MS);
    expect(after.sequence).toBe((before.sequence + 1) & 0xffff);
    const { keyframes, frames } = viewer.video;
    await viewer.until(({ video }) => video.keyframes > keyframes + 1 && video.frames > frames + 50);
    const latest = viewer.of('video').at(-1);
    const passedMs = (latest?.atMs ?? 0) - before.atMs;
    const shownMs = (((latest?.timestamp ?? 0) - before.timestamp) >>> 0) / (VIDEO_RATE / 1000);
    expect(Math.abs(shownMs - passedMs)).toBeLessThan(JUMP_MS);
    expect(viewer.video.lost).toBe(lost);
    expect(viewer.ended).toBeUndefined();
  });

  it('watches on when the relay between was killed and is back', async () => {
    const [, first] = tree.processes;
    await first?.child.end('SIGKILL');
    await tree.processes[2]?.child.log.waitFor(({ text }) => text.includes('first is called again'));
    const back = nextPacket(viewer);
    const again = await tree.relay('first', 'origin', '--udp-port', first ? portOf(first) : '0');
    await again.child.log.waitFor(isRegistered);
    const returned = performance.now();
    const { before, after } = await back;
    console.log(`the first packet ${Math.round(after.atMs - returned)} ms after the relay has registered again`);
    expect(after.sequence).toBe((before.sequence + 1) & 0xffff);
    expect(viewer.ended).toBeUndefined();
  });

  it('is told by 503 that the origin is away where he comes while it is', async () => {
    await origin.child.end('SIGKILL');
    await expect.poll(async () => tree.watch('first').then(() => 200, (error: unknown) => (error instanceof CallRejectedError ? error.status : error)), { timeout: LIMIT_MS / 2, interval: 500 }).toBe(503);
    origin = await tree.streamer('origin', SAMPLE, '--udp-port', portOf(origin));
    await nextPacket(viewer);
  });
});

describe('a relay whose way to the origin loses packets', { timeout: LIMIT_MS }, () => {
  it('has them sent again, and its viewers miss nothing', async () => {
    const detour = await SipDetour.start({ host: '127.0.0.1', port: tree.port });
    try {
      const relay = await tree.streamer('lossy', 'relay', '--source', `sip:origin@127.0.0.1:${detour.near.port}`, '--advertise', `${detour.far.host}:${detour.far.port}`);
      await relay.child.log.waitFor(isRegistered);
      const [media] = await detour.media();
      media?.become({ loss: LOSS });
      const viewer = await tree.watch('lossy');
      await viewer.until(({ video, audio }) => video.packets >= 400 && audio.packets >= 400);
      const { lost = 0, passed = 0 } = media?.counts ?? {};
      const frames = viewer.video.frames / ((viewer.packets.at(-1)?.atMs ?? 0) - (viewer.packets[0]?.atMs ?? 0)) * 1000;
      console.log(`${lost} of ${lost + passed} packets lost on the way to the relay; its viewer got ${frames.toFixed(1)} frames a second, none of them cut`);
      expect(lost / (lost + passed)).toBeGreaterThan(LOSS / 2);
      expect(frames).toBeGreaterThan(22);
      expect(relay.child.log.toString()).not.toContain('is called again');
      await tree.leave(viewer);
    } finally {
      await detour.close();
    }
  });
});
