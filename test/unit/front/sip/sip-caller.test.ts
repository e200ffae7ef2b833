import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Streamer } from '../../../../front/directory/streamer.ts';
import { Domain } from '../../../../front/sip/domain.ts';
import { SipCaller } from '../../../../front/sip/sip-caller.ts';
import { silentLogger } from '../../../../shared/log/logger.ts';
import { Agent } from '../../../../shared/sip/index.ts';
import { recordedAnswer, SignalingPeer } from '../../../support/front/signaling-peer.ts';
import { MemoryNetwork } from '../../../support/sip/memory-network.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';
import { offerOf } from '../../../support/sdp-fixtures.ts';

const SIGNALING = { host: '10.0.0.1', port: 5070 };
const streamer: Streamer = { name: 'cam', address: '', title: '', image: '', description: '', codecs: { audio: ['opus'], video: ['VP8'] }, viewers: 0 };

let clock: VirtualClock;
let peer: SignalingPeer;
let agent: Agent;
let caller: SipCaller;

beforeEach(async () => {
  clock = new VirtualClock();
  const network = new MemoryNetwork({ clock });
  peer = await SignalingPeer.start({ transport: network.attach(SIGNALING), clock });
  agent = new Agent({ transport: network.attach({ host: '10.0.0.2', port: 5060 }), clock });
  caller = new SipCaller({ agent, domain: new Domain(SIGNALING), log: silentLogger });
});
afterEach(async () => {
  await clock.until(agent.close(0));
  await clock.until(peer.close());
});

function watch(signal = new AbortController().signal) {
  const outcome = caller.watch({ viewer: 'Ünal', streamer, offer: offerOf('chromium'), signal });
  outcome.catch(() => undefined);
  return outcome;
}

/** A call whose ACK has arrived as well. */
async function established() {
  const call = await clock.until(watch());
  await clock.advance(50);
  return { onEnded: call.onEnded.bind(call), end: call.end.bind(call) };
}

describe('the caller', () => {
  it('addresses viewer and streamer in the daemon\'s domain (seed 4.22)', async () => {
    await clock.until(watch());
    const [invite] = peer.of('INVITE');
    expect(invite?.uri).toBe('sip:cam@10.0.0.1:5070');
    expect(invite?.from.uri).toBe('sip:%C3%9Cnal@10.0.0.1:5070');
  });

  it('hears from the streamer’s BYE why media never came up, in words that are safe to show', async () => {
    const { onEnded } = await established();
    const ended = new Promise((resolve) => onEnded((reason, error) => resolve([reason, error])));
    await clock.until(peer.dialogs[0]!.bye('SIP;cause=408;text="no-udp: No UDP arrived."'));
    expect(await ended).toEqual(['No UDP arrived.', 'no-udp']);
  });

  it('takes the reason of any other BYE for what it is: the streamer has ended it', async () => {
    const { onEnded } = await established();
    const ended = new Promise((resolve) => onEnded((reason, error) => resolve([reason, error])));
    await clock.until(peer.dialogs[0]!.bye('SIP;text="the streamer stops"'));
    expect(await ended).toEqual(['the streamer has ended it', undefined]);
  });

  it('says in its own BYE why the viewer gave up', async () => {
    const { end } = await established();
    await clock.until(end({ id: 'no-udp', sentence: 'nothing was answered.' }));
    expect(peer.of('BYE').map(({ headers }) => headers.get('Reason'))).toEqual(['SIP;cause=408;text="no-udp: nothing was answered."']);
  });

  it('gives a silent daemon up after three attempts, with a clear error (seed 4.13)', async () => {
    peer.silent = true;
    await expect(clock.until(watch())).rejects.toMatchObject({ status: 504, code: 'signaling-silent' });
    expect(clock.now()).toBe(52_000);
  });

  it('tells a silent streamer from a silent daemon', async () => {
    peer.takeCall = () => undefined;
    await expect(clock.until(watch())).rejects.toMatchObject({ status: 504, code: 'streamer-silent' });
    expect(clock.now()).toBe(52_000);
    expect(new Set(peer.of('INVITE').map(({ callId }) => callId)).size).toBe(3);
  });

  it('leaves nothing behind of the attempts before the one that is answered', async () => {
    let calls = 0;
    let cancelled = 0;
    peer.takeCall = async (call) => {
      call.onCancelled(() => cancelled++);
      if (++calls === 3) await peer.answer(call, recordedAnswer(call.request.bodyText()));
    };
    await clock.until(watch());
    await clock.advance(1000);
    expect(calls).toBe(3);
    expect(cancelled).toBe(2);
    expect(peer.dialogs).toHaveLength(1);
  });

  it('leaves nothing behind of a call that is given up, whenever the daemon hears of it (seed 4.17)', async () => {
    peer.silent = true;
    const gone = new AbortController();
    const outcome = watch(gone.signal);
    await clock.advance(3000);
    gone.abort(new Error('the viewer has gone'));
    await expect(outcome).rejects.toThrow('the viewer has gone');
    peer.silent = false;
    let cancelled = false;
    peer.takeCall = (call) => call.onCancelled(() => (cancelled = true));
    await clock.advance(10_000);
    expect(peer.of('INVITE')).toHaveLength(1);
    expect(cancelled).toBe(true);
  });

  it('does not even begin a call that is given up already', async () => {
    await expect(watch(AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
    await clock.advance(1000);
    expect(peer.dialogs).toHaveLength(0);
  });

  it('asks the streamer inside the call whether it still knows it', async () => {
    const call = await clock.until(watch());
    expect(await clock.until(call.alive())).toBe(true);
    const ended: string[] = [];
    call.onEnded((reason) => ended.push(reason));
    peer.silent = true;
    expect(await clock.until(call.alive())).toBe(false);
    expect(ended).toHaveLength(1);
  });

  it('says goodbye once, and hears nothing more of the call', async () => {
    const call = await clock.until(watch());
    const ended: string[] = [];
    call.onEnded((reason) => ended.push(reason));
    await clock.until(Promise.all([call.end(), call.end()]));
    expect(peer.of('BYE')).toHaveLength(1);
    expect(ended).toEqual([]);
  });

  it('executes a call once however often its messages are repeated (seed 4.13)', async () => {
    let executed = 0;
    peer.takeCall = async (call) => {
      executed++;
      await new Promise<void>((resolve) => clock.setTimeout(resolve, 5000));
      await peer.answer(call, recordedAnswer(call.request.bodyText()));
    };
    await clock.until(watch());
    expect(executed).toBe(1);
  });
});
