import { describe, expect, it } from 'vitest';
import { ApiError } from '../../../../front/api-error.ts';
import { Feeds } from '../../../../front/statistics/feeds.ts';
import { reportOf, ScriptedStatistics } from '../../../support/front/scripted-statistics.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

function setUp() {
  const clock = new VirtualClock();
  const source = new ScriptedStatistics();
  const feeds = new Feeds({ source, clock });
  const look = (streamer = 'one') => {
    const heard: string[] = [];
    const stop = feeds.look(streamer, {
      onReport: ({ viewers }) => heard.push(`${viewers} viewers`),
      onTrouble: ({ code }) => heard.push(code),
      onEnded: () => heard.push('ended'),
    });
    return { heard, stop };
  };
  return { clock, source, feeds, look };
}

const unknown = new ApiError(404, 'unknown-streamer', 'No such streamer.');

describe('feeds of statistics', () => {
  it('share one subscription among all who look at a streamer, and end it a while after the last has left', async () => {
    const { clock, source, look } = setUp();
    const [ana, ben] = [look(), look()];
    source.report(reportOf(3));
    const late = look();
    await clock.advance(1);
    expect([ana.heard, ben.heard, late.heard]).toEqual([['3 viewers'], ['3 viewers'], ['3 viewers']]);
    for (const { stop } of [ana, ben, late]) stop();
    await clock.advance(4_000);
    const back = look();
    source.report(reportOf(3));
    await clock.advance(4_000);
    source.report(reportOf(3));
    expect(source.log).toEqual(['subscribed one']);
    back.stop();
    await clock.advance(5_100);
    expect(source.log).toEqual(['subscribed one', 'ended one']);
    expect(clock.pending).toBe(0);
  });

  it('say why there is nothing, ask again at growing intervals, and go on when the streamer is back', async () => {
    const { clock, source, look } = setUp();
    const { heard } = look();
    source.end(unknown);
    await clock.advance(1_000);
    source.end(unknown);
    await clock.advance(1_900);
    expect(source.log).toHaveLength(2);
    await clock.advance(200);
    source.report(reportOf(1));
    expect(source.log).toHaveLength(3);
    expect(heard).toEqual(['unknown-streamer', 'unknown-streamer', '1 viewers']);
  });

  it('take a streamer that falls silent for gone', async () => {
    const { clock, source, look } = setUp();
    const { heard } = look();
    for (let second = 0; second < 5; second++) {
      source.report(reportOf(second));
      await clock.advance(1_000);
    }
    await clock.advance(6_000);
    expect(heard.at(-1)).toBe('streamer-silent');
    expect(source.log.slice(0, 2)).toEqual(['subscribed one', 'ended one']);
  });

  it('give one report when it has rates, to programs', async () => {
    const { clock, source, feeds } = setUp();
    const asked = feeds.report('one');
    source.report(reportOf(2, {}));
    source.report(reportOf(2, { bitsPerSecond: 7 }));
    await expect(asked).resolves.toMatchObject({ bitsPerSecond: 7 });
    const refused = feeds.report('two');
    source.end(unknown);
    await expect(refused).rejects.toThrow(unknown);
    const silent = expect(feeds.report('three')).rejects.toMatchObject({ status: 504, code: 'streamer-silent' });
    await clock.advance(8_000);
    await silent;
    expect(feeds.lookers).toBe(0);
  });

  it('bound how many look, and at how many streamers', () => {
    const { feeds, look } = setUp();
    for (let index = 0; index < 64; index++) look(`streamer ${index}`);
    expect(() => look('one too many')).toThrow(/Too many/);
    for (let index = feeds.lookers; index < 256; index++) look('streamer 0');
    expect(() => look('streamer 0')).toThrow(/Too many/);
  });

  it('end with the server', async () => {
    const { clock, source, feeds, look } = setUp();
    const { heard } = look();
    await feeds.close();
    expect(heard).toEqual(['ended']);
    expect(source.log).toEqual(['subscribed one', 'ended one']);
    expect(clock.pending).toBe(0);
    expect(() => look()).toThrow(/stopping/);
  });
});
