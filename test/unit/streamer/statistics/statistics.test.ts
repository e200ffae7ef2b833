import { describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../shared/log/logger.ts';
import type { ViewerStatistics } from '../../../../streamer/fanout/statistics.ts';
import { Statistics } from '../../../../streamer/statistics/statistics.ts';
import { agentPair, BOB_URI } from '../../../support/sip/pair.ts';

function streamer(options: { failing?: boolean } = {}) {
  const pair = agentPair();
  const looks = { count: 0 };
  let packets = 0;
  const shard = {
    statistics: () => {
      looks.count++;
      packets += 100;
      if (options.failing && looks.count === 2) return Promise.reject(new Error('no figures'));
      const track = { kind: 'video', packets, octets: packets * 1000, retransmitted: 0, fractionLost: 0, packetsLost: 0, jitterMs: 0 } as const;
      const viewer: ViewerStatistics = { tracks: [track], roundTripMs: 12, nacks: 0, keyframeRequests: 0, estimatedBitrate: undefined, rendition: '' };
      return Promise.resolve(new Map([['secret-call-id@10.0.0.7', viewer]]));
    },
  };
  const statistics = new Statistics({ agent: pair.bob, shardOf: () => shard, log: silentLogger, usage: () => ({ cpuMicroseconds: looks.count * 10_000, memoryBytes: 5e7 }) });
  const subscribe = (event = 'statistics') => {
    const request = pair.alice.createRequest('SUBSCRIBE', BOB_URI, { from: 'sip:alice@10.0.0.1', headers: { Event: event, Expires: '60' } });
    const subscription = pair.alice.subscribe(request);
    const heard: Record<string, unknown>[] = [];
    const ended: string[] = [];
    subscription.onNotify((notify) => notify.body.length > 0 && heard.push(JSON.parse(notify.bodyText()) as Record<string, unknown>));
    subscription.onTerminated((reason) => ended.push(reason));
    return { subscription, heard, ended };
  };
  return { ...pair, statistics, looks, subscribe };
}

describe('the streamer’s statistics', () => {
  it('come once a second, with rates from the second report on', async () => {
    const { clock, subscribe } = streamer();
    const { heard } = subscribe();
    await clock.advance(5_500);
    expect(heard.length).toBeGreaterThanOrEqual(5);
    expect(heard.length).toBeLessThanOrEqual(6);
    expect(heard[0]).not.toHaveProperty('bitsPerSecond');
    expect(heard[3]).toMatchObject({ viewers: 1, bitsPerSecond: 800_000, packetsPerSecond: 100, cpu: 0.01, memoryMegabytes: 50 });
  });

  it('say nothing of who a viewer is', async () => {
    const { clock, subscribe } = streamer();
    const { heard } = subscribe();
    await clock.advance(3_000);
    expect(JSON.stringify(heard)).not.toMatch(/secret|10\.0\.0/);
    const ids = heard.map(({ worst }) => (worst as { id: string }[])[0]?.id);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[\w-]{6}$/);
  });

  it('cost nothing while nobody subscribes', async () => {
    const { clock, subscribe, looks } = streamer();
    await clock.advance(10_000);
    expect(looks.count).toBe(0);
    const { subscription } = subscribe();
    await clock.advance(3_000);
    await clock.until(subscription.end());
    await clock.advance(1_000);
    const { count } = looks;
    expect(count).toBeGreaterThan(2);
    await clock.advance(10_000);
    expect(looks.count).toBe(count);
  });

  it('go on after a second in which there were none to be had', async () => {
    const { clock, subscribe } = streamer({ failing: true });
    const { heard } = subscribe();
    await clock.advance(5_500);
    expect(heard.length).toBeGreaterThanOrEqual(4);
    expect(heard.at(-1)).toMatchObject({ viewers: 1 });
  });

  it('are the only event: others are refused with 489', async () => {
    const { clock, subscribe, log } = streamer();
    const { ended } = subscribe('presence');
    await clock.advance(1_000);
    expect(ended).toEqual(['rejected']);
    expect(log()).toContain('bob 489 1 SUBSCRIBE');
  });

  it('end with the streamer, who says so', async () => {
    const { clock, subscribe, statistics } = streamer();
    const { ended } = subscribe();
    await clock.advance(1_500);
    await clock.until(statistics.close());
    expect(ended).toEqual(['noresource']);
  });
});
