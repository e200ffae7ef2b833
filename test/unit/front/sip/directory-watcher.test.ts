import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SignalingState } from '../../../../front/directory/directory.ts';
import { DirectoryWatcher } from '../../../../front/sip/directory-watcher.ts';
import { Domain } from '../../../../front/sip/domain.ts';
import { silentLogger } from '../../../../shared/log/logger.ts';
import { Agent } from '../../../../shared/sip/index.ts';
import { SignalingPeer } from '../../../support/front/signaling-peer.ts';
import { MemoryNetwork } from '../../../support/sip/memory-network.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const SECOND = 1000;
const HOUR = 3600 * SECOND;
const CAM = { name: 'cam' };
const SIGNALING = { host: '10.0.0.1', port: 5060 };

let clock: VirtualClock;
let peer: SignalingPeer;
let watcher: DirectoryWatcher;
let agent: Agent;
let states: SignalingState[];
let lists: string[][];

beforeEach(async () => {
  clock = new VirtualClock();
  const network = new MemoryNetwork({ clock });
  peer = await SignalingPeer.start({ transport: network.attach(SIGNALING), clock, streamers: [CAM] });
  agent = new Agent({ transport: network.attach({ host: '10.0.0.2', port: 5060 }), clock });
  const domain = new Domain(SIGNALING);
  watcher = new DirectoryWatcher({ agent, domain, name: 'front', clock, log: silentLogger });
  states = [];
  lists = [];
  watcher.onState((state) => states.push(state));
  watcher.onStreamers((streamers) => lists.push(streamers.map(({ name }) => name)));
});
afterEach(async () => {
  peer.silent = true;
  await clock.until(watcher.close().then(() => agent.close()));
});

describe('the directory watcher', () => {
  it('is told who streams, and of each change once (seed 4.18)', async () => {
    watcher.start();
    await clock.advance(SECOND);
    expect(states).toEqual(['up']);
    peer.publish([CAM, { name: 'new' }]);
    peer.publish([CAM, { name: 'new' }]);
    await clock.advance(SECOND);
    peer.publish([]);
    await clock.advance(SECOND);
    expect(lists).toEqual([['cam'], ['cam', 'new'], []]);
  });

  it('goes on for hours without missing a change (seed 4.22)', async () => {
    watcher.start();
    await clock.advance(3 * HOUR);
    expect(states).toEqual(['up']);
    peer.publish([{ name: 'late' }]);
    await clock.advance(SECOND);
    expect(lists.at(-1)).toEqual(['late']);
  });

  it('fetches the pages that a NOTIFY has no room for', async () => {
    peer.pageSize = 2;
    watcher.start();
    await clock.advance(SECOND);
    peer.publish(Array.from({ length: 7 }, (_, index) => ({ name: `cam ${index}` })));
    await clock.advance(SECOND);
    expect(lists.at(-1)).toHaveLength(7);
  });

  it('subscribes anew at once when the daemon was restarted (seed 4.15)', async () => {
    watcher.start();
    await clock.advance(5 * SECOND);
    peer.streamers = [{ name: 'back' }];
    peer.deactivateSubscriptions();
    await clock.advance(100);
    expect(new Set(peer.of('SUBSCRIBE').map(({ callId }) => callId)).size).toBe(2);
    expect(lists.at(-1)).toEqual(['back']);
    expect(states).toEqual(['up']);
  });

  it('is not kept busy by a daemon that ends each subscription at once', async () => {
    watcher.start();
    await clock.advance(5 * SECOND);
    for (let round = 0; round < 600; round++) {
      peer.deactivateSubscriptions();
      await clock.advance(100);
    }
    expect(new Set(peer.of('SUBSCRIBE').map(({ callId }) => callId)).size).toBeLessThan(60);
  });

  it('notices within seconds that the daemon is silent, and that it is back', async () => {
    watcher.start();
    await clock.advance(SECOND);
    peer.silent = true;
    await clock.advance(14 * SECOND);
    expect(states).toEqual(['up', 'down']);
    expect(watcher.streamers).toHaveLength(1);
    await clock.advance(HOUR);
    peer.silent = false;
    peer.forgetSubscriptions();
    await clock.advance(6 * SECOND);
    expect(states).toEqual(['up', 'down', 'up']);
    peer.publish([{ name: 'after' }]);
    await clock.advance(SECOND);
    expect(lists.at(-1)).toEqual(['after']);
  });

  it('finds a daemon that starts later (seed 4.1)', async () => {
    peer.silent = true;
    watcher.start();
    await clock.advance(100 * SECOND);
    expect(watcher.state).toBe('down');
    peer.silent = false;
    await clock.advance(6 * SECOND);
    expect(states).toEqual(['down', 'up']);
    expect(lists).toEqual([['cam']]);
  });

  it('finds out that its subscription was forgotten without a word', async () => {
    watcher.start();
    await clock.advance(SECOND);
    peer.forgetSubscriptions();
    peer.streamers = [{ name: 'unheard' }];
    await clock.advance(60 * SECOND);
    expect(lists.at(-1)).toEqual(['unheard']);
    peer.publish([{ name: 'heard' }]);
    await clock.advance(SECOND);
    expect(lists.at(-1)).toEqual(['heard']);
  });

  it('tries on when it is refused', async () => {
    peer.refusal = 403;
    watcher.start();
    await clock.advance(60 * SECOND);
    expect(watcher.state).toBe('down');
    expect(peer.of('SUBSCRIBE').length).toBeGreaterThan(5);
    expect(peer.of('SUBSCRIBE').length).toBeLessThan(60);
    peer.refusal = undefined;
    await clock.advance(5 * SECOND);
    expect(watcher.state).toBe('up');
  });

  it('keeps its list when it is notified of nonsense', async () => {
    watcher.start();
    await clock.advance(SECOND);
    for (const text of ['', 'nonsense', '[]', '{"streamers":7}', 'x'.repeat(1000)]) peer.notifyText(text);
    await clock.advance(SECOND);
    expect(lists).toEqual([['cam']]);
  });

  it('knows whether the daemon can be reached now', async () => {
    watcher.start();
    await clock.advance(SECOND);
    expect(await watcher.reachable()).toBe(true);
    await clock.advance(5 * SECOND);
    const asked = peer.of('OPTIONS').length;
    expect(await clock.until(Promise.all([watcher.reachable(), watcher.reachable()]))).toEqual([true, true]);
    expect(peer.of('OPTIONS')).toHaveLength(asked + 1);
    peer.silent = true;
    await clock.advance(5 * SECOND);
    const answer = watcher.reachable();
    await clock.advance(2 * SECOND);
    expect(await answer).toBe(false);
  });

  it('ends its subscription when it closes', async () => {
    watcher.start();
    await clock.advance(SECOND);
    await clock.until(watcher.close());
    expect(peer.of('SUBSCRIBE').at(-1)?.expires).toBe(0);
  });
});
