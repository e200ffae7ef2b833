import { describe, expect, it } from 'vitest';
import type { Streamer } from '../../../../front/directory/streamer.ts';
import { isKeepAlive, parseMessage, SipRequest } from '../../../../shared/sip/index.ts';
import { startLossySystem } from '../../../support/front/lossy-system.ts';
import { offerOf } from '../../../support/sdp-fixtures.ts';
import type { MemoryNetwork } from '../../../support/sip/memory-network.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const VIEWERS = 200;
const LOSS = 0.3;
const streamer: Streamer = { name: 'cam', address: '', title: '', image: '', description: '', codecs: { audio: ['opus'], video: ['VP8'] }, viewers: 0 };

/** How often each INVITE was sent by each hop, by branch. */
function sendings(network: MemoryNetwork): number[] {
  const count = new Map<string, number>();
  for (const { datagram } of network.sent) {
    const message = isKeepAlive(datagram) ? undefined : parseMessage(datagram);
    if (!(message instanceof SipRequest) || message.method !== 'INVITE') continue;
    const { branch = '' } = message.topVia;
    count.set(branch, (count.get(branch) ?? 0) + 1);
  }
  return [...count.values()];
}

describe('with 30 % of all datagrams lost on each hop in each direction', () => {
  it.each([1, 2])('every one of 200 viewers gets his answer, and no call is executed twice (seed 4.13), seed %d', async (seed) => {
    const clock = new VirtualClock();
    const system = await startLossySystem({ clock, loss: LOSS, seed });
    const calls = Array.from({ length: VIEWERS }, (_, index) =>
      system.caller.watch({ viewer: `viewer ${index}`, streamer, offer: offerOf('chromium'), signal: new AbortController().signal }),
    );
    const watches = await clock.until(Promise.all(calls));
    expect(new Set(watches.map(({ callId }) => callId)).size).toBe(VIEWERS);
    expect(system.executed.length).toBe(new Set(system.executed).size);
    expect(Math.max(...sendings(system.network))).toBeGreaterThan(2);
    // A streamer that hears no ACK for 64*T1 hangs up (RFC 3261 §13.3.1.4): then both sides know, and no call is left half.
    let ended = 0;
    for (const watch of watches) watch.onEnded(() => ended++);
    await clock.advance(100_000);
    expect(ended).toBeLessThan(VIEWERS / 50);
    expect(system.established() + ended).toBe(VIEWERS);
    await clock.until(Promise.all(watches.map((watch) => watch.end())));
    await clock.advance(100_000);
    expect(system.established()).toBe(0);
    await system.close();
  });
});
