import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Domain } from '../../../../front/sip/domain.ts';
import { TraceSubscriber } from '../../../../front/sip/trace-subscriber.ts';
import type { TraceBatch } from '../../../../front/trace/batch.ts';
import type { TraceSubscription } from '../../../../front/trace/source.ts';
import { silentLogger } from '../../../../shared/log/logger.ts';
import { Agent } from '../../../../shared/sip/index.ts';
import type { Notifier, NotifyBody } from '../../../../shared/sip/index.ts';
import { MemoryNetwork } from '../../../support/sip/memory-network.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const DAEMON = { host: '10.0.0.1', port: 5060 };
const JSON_TYPE = 'application/json';
const BATCH = { from: 7, dropped: 1, messages: [{ at: 1.5, source: '10.0.0.2:5060', target: '[2001:db8::1]:5060', raw: 'OPTIONS' }] };

let clock: VirtualClock;
let daemon: Agent;
let front: Agent;
let batches: TraceBatch[];
let ended: string[];

beforeEach(() => {
  clock = new VirtualClock();
  const network = new MemoryNetwork({ clock, delayMs: 1 });
  daemon = new Agent({ transport: network.attach(DAEMON), clock });
  front = new Agent({ transport: network.attach({ host: '10.0.0.2', port: 5060 }), clock });
  [batches, ended] = [[], []];
});
afterEach(() => clock.until(Promise.all([front.close(0), daemon.close(0)])));

async function subscribe(): Promise<TraceSubscription> {
  const subscription = new TraceSubscriber({ agent: front, domain: new Domain(DAEMON), name: 'front', log: silentLogger }).subscribe({
    onBatch: (batch) => batches.push(batch),
    onEnded: ({ code }) => ended.push(code),
  });
  await clock.advance(100);
  return subscription;
}

/** A daemon that tells this, and answers a wish with that. */
function tells(body: () => NotifyBody, wishStatus = 200): Notifier {
  return daemon.notifier({ event: 'trace', content: body, onRefresh: (_subscription, incoming) => (wishStatus === 200 ? undefined : incoming.reply(wishStatus)) });
}

describe('the messages that the daemon tells', () => {
  it('are read, packed or not', async () => {
    const json = JSON.stringify(BATCH);
    const bodies: NotifyBody[] = [{ body: json, contentType: JSON_TYPE }, { body: deflateSync(json), contentType: JSON_TYPE, contentEncoding: 'deflate' }];
    const notifier = tells(() => bodies.shift()!);
    await subscribe();
    notifier.notifyAll();
    await clock.advance(100);
    expect(batches).toEqual([{ ...BATCH, parties: {} }, { ...BATCH, parties: {} }]);
  });

  it.each([
    ['what is packed otherwise', { body: 'no deflate', contentType: JSON_TYPE, contentEncoding: 'deflate' }],
    ['what grows without end', { body: deflateSync(Buffer.alloc(2_000_000, ' ')), contentType: JSON_TYPE, contentEncoding: 'deflate' }],
    ['no JSON', { body: '{', contentType: JSON_TYPE }],
    ['a batch without numbers', { body: '{"messages":[]}', contentType: JSON_TYPE }],
    ['a message from nowhere', { body: JSON.stringify({ ...BATCH, messages: [{ ...BATCH.messages[0], source: 'x' }] }), contentType: JSON_TYPE }],
  ])('are not %s', async (_what, body) => {
    tells(() => body);
    await subscribe();
    expect([batches, ended]).toEqual([[], []]);
  });

  it.each([[489, 'no-trace'], [403, 'signaling-refused'], [503, 'signaling-error']])('are refused with %i: %s', async (status, code) => {
    daemon.handle('SUBSCRIBE', (incoming) => incoming.reply(status));
    await subscribe();
    expect(ended).toEqual([code]);
  });

  it('end with the daemon, of which one hears once', async () => {
    const notifier = tells(() => ({ body: JSON.stringify(BATCH), contentType: JSON_TYPE }));
    const subscription = await subscribe();
    for (const each of notifier.subscriptions) void each.terminate('deactivated');
    await clock.advance(100);
    expect(ended).toEqual(['signaling-silent']);
    await expect(clock.until(subscription.lose())).rejects.toMatchObject({ code: 'signaling-silent' });
  });
});

describe('a datagram to be lost', () => {
  it('is asked for, and whether that was granted is known', async () => {
    tells(() => ({ body: JSON.stringify(BATCH), contentType: JSON_TYPE }));
    const subscription = await subscribe();
    await clock.until(subscription.lose());
    await clock.until(subscription.end());
    expect(ended).toEqual([]);
  });

  it('may be refused', async () => {
    tells(() => ({ body: JSON.stringify(BATCH), contentType: JSON_TYPE }), 400);
    const subscription = await subscribe();
    await expect(clock.until(subscription.lose())).rejects.toMatchObject({ code: 'signaling-error' });
  });
});
