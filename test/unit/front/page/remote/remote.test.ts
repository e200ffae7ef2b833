import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readNews } from '../../../../../front/page/src/remote/messages.ts';
import { Remote, type ChannelLike } from '../../../../../front/page/src/remote/remote.ts';
import { clockText, spokenTime } from '../../../../../front/page/src/remote/time-text.ts';

class Channel implements ChannelLike {
  readyState = 'open';
  onopen = null;
  onmessage: ((event: never) => void) | null = null;
  readonly sent: unknown[] = [];
  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }
  say(news: object | string): void {
    (this.onmessage as (event: { data: unknown }) => void)({ data: typeof news === 'string' ? news : JSON.stringify(news) });
  }
}

function connected(resume?: { seconds: number; duration: number; paused: boolean }) {
  const channel = new Channel();
  const clock = { now: 1_000 };
  const remote = new Remote(channel, () => clock.now, resume);
  return { channel, clock, remote };
}

const playing = (seconds: number) => ({ type: 'position', seconds, duration: 60, paused: false });

describe('a remote control', () => {
  it('knows nothing before the streamer has spoken, and sends nothing then', () => {
    const { channel, remote } = connected();
    remote.togglePause();
    remote.seek(5);
    remote.skip(5);
    remote.pin('720p');
    expect([remote.position(), channel.sent]).toEqual([undefined, []]);
  });

  it('lets the position go on with the clock while it plays, up to the end', () => {
    const { channel, clock, remote } = connected();
    channel.say(playing(10));
    clock.now += 2_500;
    expect(remote.position()).toEqual({ seconds: 12.5, duration: 60, paused: false });
    clock.now += 600_000;
    expect(remote.position()?.seconds).toBe(60);
    channel.say({ ...playing(60), paused: true });
    clock.now += 5_000;
    expect(remote.position()).toEqual({ seconds: 60, duration: 60, paused: true });
  });

  it('stands still from when the connection is gone', () => {
    const { channel, clock, remote } = connected();
    channel.say(playing(10));
    clock.now += 1_000;
    remote.end();
    clock.now += 30_000;
    remote.end();
    expect(remote.position()?.seconds).toBe(11);
  });

  it('shows at once what it asks for', () => {
    const { channel, clock, remote } = connected();
    channel.say(playing(10));
    remote.togglePause();
    clock.now += 3_000;
    expect(remote.position()).toEqual({ seconds: 10, duration: 60, paused: true });
    remote.seek(70);
    expect(remote.position()?.seconds).toBe(60);
    remote.skip(-100);
    remote.skip(5);
    remote.togglePause();
    expect(channel.sent).toEqual([{ type: 'pause' }, { type: 'seek', seconds: 60 }, { type: 'seek', seconds: 0 }, { type: 'seek', seconds: 5 }, { type: 'play' }]);
  });

  it('is not thrown back by a word that was under way when it jumped, and heeds the next', () => {
    const { channel, clock, remote } = connected();
    channel.say(playing(10));
    remote.seek(40);
    clock.now += 50;
    channel.say(playing(10.05));
    expect(remote.position()?.seconds).toBeCloseTo(40.05);
    channel.say(playing(39));
    expect(remote.position()?.seconds).toBe(39);
    clock.now += 1_000;
    channel.say(playing(12));
    expect(remote.position()?.seconds).toBe(12);
  });

  it('starts over from the end', () => {
    const { channel, remote } = connected();
    channel.say({ ...playing(60), paused: true });
    remote.togglePause();
    expect(channel.sent).toEqual([{ type: 'play' }]);
    expect(remote.position()).toEqual({ seconds: 0, duration: 60, paused: false });
  });

  it('returns to where an earlier connection was lost, paused if it was', () => {
    const { channel } = connected({ seconds: 33, duration: 60, paused: true });
    channel.say(playing(0));
    channel.say(playing(33));
    expect(channel.sent).toEqual([{ type: 'seek', seconds: 33 }, { type: 'pause' }]);
    const fresh = connected({ seconds: 1, duration: 60, paused: false });
    fresh.channel.say(playing(0));
    expect(fresh.channel.sent).toEqual([]);
  });

  it('pins a quality', () => {
    const { channel, remote } = connected();
    channel.say({ type: 'rendition', name: '720p', pinned: false, available: ['720p', '360p'] });
    remote.pin('360p');
    expect(remote.rendition.value).toEqual({ name: '360p', pinned: true, available: ['720p', '360p'] });
    remote.pin(undefined);
    expect(channel.sent).toEqual([{ type: 'rendition', name: '360p' }, { type: 'rendition', name: null }]);
  });

  it('believes nothing that makes no sense', () => {
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json(), fc.anything()), (text) => {
      const news = readNews(text);
      if (news?.type === 'position') expect(news.position.seconds).toBeLessThanOrEqual(news.position.duration);
    }));
    for (const odd of ['{"type":"position","seconds":-1,"duration":5}', '{"type":"position","seconds":1,"duration":0}', '{"type":"position","seconds":1e999,"duration":5}', '{"type":"rendition","name":"a","available":"b"}']) expect(readNews(odd)).toBeUndefined();
  });
});

describe('times', () => {
  it.each([[0, '0:00', '0 seconds'], [7.9, '0:07', '7 seconds'], [61, '1:01', '1 minute 1 second'], [3_723, '1:02:03', '1 hour 2 minutes 3 seconds'], [7_200, '2:00:00', '2 hours']])('of %s seconds are %s', (seconds, clock, spoken) => {
    expect([clockText(seconds), spokenTime(seconds)]).toEqual([clock, spoken]);
  });
});
