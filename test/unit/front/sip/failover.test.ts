import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SignalingState } from '../../../../front/directory/directory.ts';
import type { Streamer } from '../../../../front/directory/streamer.ts';
import { DirectoryWatcher } from '../../../../front/sip/directory-watcher.ts';
import { Domain } from '../../../../front/sip/domain.ts';
import { SipCaller } from '../../../../front/sip/sip-caller.ts';
import { TraceSubscriber } from '../../../../front/sip/trace-subscriber.ts';
import { silentLogger } from '../../../../shared/log/logger.ts';
import { Agent, Servers } from '../../../../shared/sip/index.ts';
import { SignalingPeer } from '../../../support/front/signaling-peer.ts';
import { offerOf } from '../../../support/sdp-fixtures.ts';
import { MemoryNetwork } from '../../../support/sip/memory-network.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const SECOND = 1000;
const FIRST = { host: '10.0.0.1', port: 5060 };
const SECONDARY = { host: '10.0.0.2', port: 5060 };
const streamer: Streamer = { name: 'cam', address: '', title: '', image: '', description: '', codecs: { audio: ['opus'], video: ['VP8'] }, viewers: 0 };

let clock: VirtualClock;
let first: SignalingPeer;
let second: SignalingPeer;
let agent: Agent;
const domain = new Domain(FIRST);

beforeEach(async () => {
  clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, delayMs: 1 });
  first = await SignalingPeer.start({ transport: network.attach(FIRST), clock, streamers: [{ name: 'cam' }] });
  second = await SignalingPeer.start({ transport: network.attach(SECONDARY), clock, streamers: [{ name: 'cam' }] });
  const servers = new Servers({ domain: FIRST, known: [FIRST, SECONDARY], clock });
  agent = new Agent({ transport: network.attach({ host: '10.0.0.9', port: 5060 }), clock, servers });
});
afterEach(() => clock.until(Promise.all([agent.close(), first.close(), second.close()])));

describe('front with two daemons of which the first dies', () => {
  it('goes on with the lists of the second within seconds; none is empty meanwhile, and signaling is never down', async () => {
    const watcher = new DirectoryWatcher({ agent, domain, name: 'front', clock, log: silentLogger });
    const states: SignalingState[] = [];
    const lists: string[][] = [];
    watcher.onState((state) => states.push(state));
    watcher.onStreamers((streamers) => lists.push(streamers.map(({ name }) => name)));
    watcher.start();
    await clock.advance(5_500);
    expect(second.of('SUBSCRIBE')).toEqual([]);
    first.silent = true;
    await clock.advance(2_100);
    expect(second.of('SUBSCRIBE')).toHaveLength(1);
    await clock.advance(100);
    second.publish([{ name: 'cam' }, { name: 'new' }]);
    await clock.advance(60 * SECOND);
    expect(lists).toEqual([['cam'], ['cam', 'new']]);
    expect(states).toEqual(['up']);
    expect(await clock.until(watcher.reachable())).toBe(true);
    await clock.until(watcher.close());
  });

  it('says that signaling is down when the second dies too, and up when one of them is back', async () => {
    const watcher = new DirectoryWatcher({ agent, domain, name: 'front', clock, log: silentLogger });
    const states: SignalingState[] = [];
    watcher.onState((state) => states.push(state));
    watcher.start();
    await clock.advance(5_500);
    first.silent = second.silent = true;
    await clock.advance(10 * SECOND);
    expect(states).toEqual(['up', 'down']);
    second.silent = false;
    await clock.advance(5 * SECOND);
    expect(states).toEqual(['up', 'down', 'up']);
    await clock.until(watcher.close());
  });

  it('calls anew, by way of the second, whom the first had begun to call', async () => {
    const caller = new SipCaller({ agent, domain, log: silentLogger });
    await clock.advance(1_500);
    const begun = clock.now();
    first.takeCall = (call) => {
      call.ring();
      first.silent = true;
    };
    const watch = caller.watch({ viewer: 'Ana', streamer, offer: offerOf('chromium'), signal: new AbortController().signal });
    await clock.until(watch);
    expect(clock.now() - begun).toBeLessThan(2_200);
    expect(second.of('INVITE').map(({ callId }) => callId)).not.toEqual(first.of('INVITE').map(({ callId }) => callId));
    expect(second.of('INVITE')).toHaveLength(1);
  });

  it('calls anew where the streamer says that it has had the call already', async () => {
    const caller = new SipCaller({ agent, domain, log: silentLogger });
    let refusals = 0;
    first.takeCall = async (call) => {
      if (refusals++ === 0) call.reject(482);
      else await first.answer(call, 'v=0\r\n');
    };
    const outcome = caller.watch({ viewer: 'Ana', streamer, offer: offerOf('chromium'), signal: new AbortController().signal });
    await clock.until(outcome.catch(() => undefined));
    expect(first.of('INVITE')).toHaveLength(2);
    expect(new Set(first.of('INVITE').map(({ callId }) => callId)).size).toBe(2);
  });

  it('reads along at the second, without telling anybody of trouble', async () => {
    const ended: string[] = [];
    const trace = new TraceSubscriber({ agent, domain, name: 'front', log: silentLogger }).subscribe({ onBatch: () => undefined, onEnded: ({ code }) => ended.push(code) });
    await clock.advance(1_500);
    first.silent = true;
    await clock.advance(3 * SECOND);
    expect(second.of('SUBSCRIBE').map((request) => request.headers.get('Event'))).toEqual(['trace']);
    expect(ended).toEqual([]);
    await clock.until(trace.end());
    expect(second.of('SUBSCRIBE').at(-1)?.expires).toBe(0);
  });
});
