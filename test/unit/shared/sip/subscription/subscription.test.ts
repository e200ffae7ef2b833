import { describe, expect, it } from 'vitest';
import { SubscriptionRejectedError, type Subscription } from '../../../../../shared/sip/subscription/subscription.ts';
import type { Notifier, NotifierOptions } from '../../../../../shared/sip/subscription/notifier.ts';
import type { SubscriptionRecord } from '../../../../../shared/sip/subscription/server-subscription.ts';
import { agentPair, BOB_URI, type Pair, type PairOptions } from '../../../../support/sip/pair.ts';

interface Watched extends Pair {
  notifier: Notifier;
  subscription: Subscription;
  heard: string[];
  state: { text: string };
}

function watch(options: { pair?: PairOptions; notifier?: Partial<NotifierOptions>; expires?: number; event?: string } = {}): Watched {
  const pair = agentPair(options.pair);
  const state = { text: 'first' };
  const notifier = pair.bob.notifier({ event: 'directory', content: () => ({ body: state.text, contentType: 'text/plain' }), ...options.notifier });
  const request = pair.alice.createRequest('SUBSCRIBE', BOB_URI, { from: 'sip:alice@10.0.0.1', headers: { Event: options.event ?? 'directory', Expires: String(options.expires ?? 60) } });
  const subscription = pair.alice.subscribe(request);
  const heard: string[] = [];
  subscription.onNotify((notify) => heard.push(`${notify.bodyText()} ${notify.headers.get('Subscription-State')?.split(';')[0] ?? ''}`));
  subscription.onTerminated((reason) => heard.push(`over: ${reason}`));
  return { ...pair, notifier, subscription, heard, state };
}

describe('a subscription', () => {
  it('hears the state at once, and every change', async () => {
    const watched = watch();
    await watched.clock.until(watched.subscription.established);
    await watched.clock.advance(100);
    watched.state.text = 'second';
    watched.notifier.notifyAll();
    await watched.clock.advance(100);
    expect(watched.heard).toEqual(['first active', 'second active']);
  });

  it('tells the newest state only, when changes come faster than NOTIFYs are answered', async () => {
    const watched = watch();
    await watched.clock.until(watched.subscription.established);
    for (const text of ['a', 'b', 'c', 'd']) {
      watched.state.text = text;
      watched.notifier.notifyAll();
    }
    await watched.clock.advance(1000);
    expect(watched.heard.at(-1)).toBe('d active');
    expect(watched.heard.length).toBeLessThanOrEqual(3);
  });

  it('is told nothing before it is granted, of changes meanwhile neither: an active state without any time left would end it', async () => {
    let store: () => void = () => undefined;
    const watched = watch({ notifier: { admit: () => new Promise((resolve) => (store = resolve)) } });
    await watched.clock.advance(100);
    watched.notifier.notifyAll();
    await watched.clock.advance(100);
    expect(watched.heard).toEqual([]);
    store();
    await watched.clock.until(watched.subscription.established);
    await watched.clock.advance(1000);
    watched.state.text = 'second';
    watched.notifier.notifyAll();
    await watched.clock.advance(1000);
    expect(watched.heard).toEqual(['first active', 'second active']);
  });

  it('renews itself before it expires', async () => {
    const watched = watch({ expires: 60 });
    await watched.clock.advance(600_000);
    expect(watched.subscription.terminated).toBeUndefined();
    expect([...watched.notifier.subscriptions]).toHaveLength(1);
    expect(watched.log().filter((line) => line.startsWith('alice SUBSCRIBE')).length).toBeGreaterThan(10);
  });

  it('is ended by the subscriber: SUBSCRIBE with Expires 0', async () => {
    const watched = watch();
    await watched.clock.until(watched.subscription.established);
    await watched.clock.until(watched.subscription.end());
    await watched.clock.advance(1000);
    expect(watched.heard.at(-1)).toBe('over: ended');
    expect([...watched.notifier.subscriptions]).toEqual([]);
  });

  it('is ended by the notifier, who says why', async () => {
    const watched = watch();
    await watched.clock.until(watched.subscription.established);
    for (const subscription of watched.notifier.subscriptions) void subscription.terminate('deactivated');
    await watched.clock.advance(1000);
    expect(watched.heard.slice(-2)).toEqual([' terminated', 'over: deactivated']);
  });

  it('is dropped when the subscriber has vanished', async () => {
    const watched = watch();
    await watched.clock.until(watched.subscription.established);
    await watched.alice.layer.close();
    watched.notifier.notifyAll();
    await watched.clock.advance(40_000);
    expect([...watched.notifier.subscriptions]).toEqual([]);
  });

  it('expires when it is not renewed', async () => {
    const ended: string[] = [];
    const watched = watch({ notifier: { onEnded: (subscription) => ended.push(subscription.ended ?? '') } });
    await watched.clock.until(watched.subscription.established);
    await watched.clock.advance(1000);
    await watched.alice.layer.close();
    await watched.clock.advance(60_000);
    expect(ended).toEqual(['timeout']);
  });

  it('notices that the notifier has gone', async () => {
    const watched = watch();
    await watched.clock.until(watched.subscription.established);
    await watched.bob.layer.close();
    await watched.clock.advance(120_000);
    expect(watched.heard.at(-1)).toBe('over: expired');
  });

  it('survives loss', async () => {
    const watched = watch({ pair: { impairment: { loss: 0.3 }, seed: 7 } });
    await watched.clock.until(watched.subscription.established);
    watched.state.text = 'later';
    watched.notifier.notifyAll();
    await watched.clock.advance(30_000);
    expect(watched.heard.at(-1)).toBe('later active');
  });

  it('goes on under its old record when the notifier was restarted', async () => {
    let record: SubscriptionRecord | undefined;
    const watched = watch({ notifier: { admit: (subscription) => void (record = subscription.record) } });
    await watched.clock.until(watched.subscription.established);
    for (let i = 0; i < 5; i++) {
      watched.notifier.notifyAll();
      await watched.clock.advance(100);
    }
    const stored = JSON.parse(JSON.stringify(record)) as SubscriptionRecord;
    for (const subscription of watched.notifier.subscriptions) subscription.discard();
    void watched.notifier.restore(stored, 60).terminate('deactivated');
    await watched.clock.advance(100);
    expect(watched.heard.at(-1)).toBe('over: deactivated');
  });
});

describe('a SUBSCRIBE that is refused', () => {
  it('for another event: 489 with Allow-Events', async () => {
    const watched = watch({ event: 'presence' });
    const error: unknown = await watched.clock.until(watched.subscription.established).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(SubscriptionRejectedError);
    expect((error as SubscriptionRejectedError).status).toBe(489);
    expect((error as SubscriptionRejectedError).response.headers.get('Allow-Events')).toBe('directory');
  });

  it('for too short a time: 423 with Min-Expires', async () => {
    const watched = watch({ expires: 3 });
    const error: unknown = await watched.clock.until(watched.subscription.established).catch((error: unknown) => error);
    expect((error as SubscriptionRejectedError).status).toBe(423);
    expect((error as SubscriptionRejectedError).response.headers.get('Min-Expires')).toBe('10');
  });

  it('when its record cannot be stored: 500', async () => {
    const watched = watch({ notifier: { admit: () => Promise.reject(new Error('disk full')) } });
    const error: unknown = await watched.clock.until(watched.subscription.established).catch((error: unknown) => error);
    expect((error as SubscriptionRejectedError).status).toBe(500);
    expect([...watched.notifier.subscriptions]).toEqual([]);
  });
});

describe('a fetch', () => {
  it('of the state, once: Expires 0 outside any dialog', async () => {
    const watched = watch({ expires: 0 });
    await watched.clock.advance(1000);
    expect(watched.heard).toEqual(['first terminated', 'over: timeout']);
  });
});
