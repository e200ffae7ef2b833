import { beforeEach, describe, expect, it } from 'vitest';
import { RoomStage } from '../../../support/streamer/room-stage.ts';

describe('Who subscribes to a room', () => {
  let stage: RoomStage;

  beforeEach(() => {
    stage = new RoomStage();
  });

  it('hears at once who is in it, and of each who comes and goes (seeds 1.3, 2.11, 3.14)', async () => {
    await stage.join('tea', 'ana');
    const { states } = await stage.watch('tea');
    expect(states).toEqual([{ room: 'tea', members: [{ id: 'm1', name: 'ana', audio: true, video: true, screen: false }], speaking: null }]);
    const bo = await stage.join('tea', 'bo');
    await stage.clock.advance(200);
    await bo.leave();
    await stage.clock.advance(200);
    expect(states.map(({ members }) => members.map(({ name }) => name))).toEqual([['ana'], ['ana', 'bo'], ['ana']]);
  });

  it('hears nothing of other rooms (seeds 1.7, 3.14)', async () => {
    await stage.join('tea', 'ana');
    await stage.join('other', 'bo');
    const { states } = await stage.watch('tea');
    await stage.join('other', 'cy');
    await stage.clock.advance(1000);
    expect(states).toHaveLength(1);
  });

  it('hears who speaks, as long as he is there', async () => {
    const [ana] = [await stage.join('tea', 'ana'), await stage.join('tea', 'bo')];
    const { states } = await stage.watch('tea');
    const room = stage.forwarding.rooms.get('tea')!;
    for (const member of ['m1', undefined, 'm1']) {
      room.speak(member);
      await stage.clock.advance(500);
    }
    await ana.leave();
    await stage.clock.advance(500);
    expect(states.map(({ speaking }) => speaking)).toEqual([null, 'm1', null, 'm1', null]);
  });

  it('hears of many who come at once in few words (seed 2.11)', async () => {
    await stage.join('tea', 'ana');
    const { states } = await stage.watch('tea');
    await stage.clock.until(Promise.all(Array.from({ length: 50 }, (_, index) => stage.call('tea', `member ${index}`).answered)));
    await stage.clock.advance(1000);
    expect(states.at(-1)?.members).toHaveLength(51);
    expect(states.length).toBeLessThan(5);
  });

  it('is told of the end of the room', async () => {
    const ana = await stage.join('tea', 'ana');
    const { subscription } = await stage.watch('tea');
    await ana.leave();
    await stage.clock.advance(1000);
    expect(subscription.terminated).toBe('noresource');
  });

  it('may come from several fronts, and end by himself (seed 2.23)', async () => {
    await stage.join('tea', 'ana');
    const [one, two] = [await stage.watch('tea'), await stage.watch('tea', stage.agentAt('10.0.0.2'))];
    await stage.clock.until(one.subscription.end());
    await stage.join('tea', 'bo');
    await stage.clock.advance(500);
    expect([one.states.at(-1)?.members.length, two.states.at(-1)?.members.length]).toEqual([1, 2]);
  });

  it('gets a state that a datagram holds, however long the names are', async () => {
    stage = new RoomStage({ maxMembers: 1000 });
    const names = Array.from({ length: 300 }, (_, index) => `${index} ${'😀'.repeat(60)}`);
    await stage.clock.until(Promise.all(names.map((name) => stage.call('tea', name).answered)));
    await stage.clock.advance(500);
    const { states } = await stage.watch('tea');
    const state = states.at(-1) as { members: unknown[]; more?: number } | undefined;
    expect(Buffer.byteLength(JSON.stringify(state))).toBeLessThan(61_000);
    expect((state?.members.length ?? 0) + (state?.more ?? 0)).toBe(300);
  });

  it.each<[string, string, Record<string, string>, number]>([
    ['a room with nobody inside', 'other', { Event: 'conference' }, 404],
    ['what is no room', 'a.b', { Event: 'conference' }, 404],
    ['another event', 'tea', { Event: 'presence' }, 489],
    ['a state in XML', 'tea', { Event: 'conference', Accept: 'application/conference-info+xml' }, 406],
  ])('is refused: %s', async (_, room, headers, status) => {
    await stage.join('tea', 'ana');
    const { front, clock } = stage;
    const request = front.createRequest('SUBSCRIBE', `sip:room-${room}@10.0.0.9:5060`, { from: 'sip:front@10.0.0.1', headers });
    expect((await clock.until(front.request(request))).status).toBe(status);
    await clock.advance(1000);
    expect(stage.network.sent.some(({ datagram }) => datagram.toString('utf8').startsWith('NOTIFY'))).toBe(false);
  });

  it('is refused where so many have subscribed already, with Retry-After', async () => {
    await stage.join('tea', 'ana');
    const { front, clock } = stage;
    const statuses = await clock.until(Promise.all(Array.from({ length: 101 }, () => front.request(front.createRequest('SUBSCRIBE', 'sip:room-tea@10.0.0.9:5060', { from: 'sip:front@10.0.0.1', headers: { Event: 'conference' } })))));
    expect(statuses.filter(({ status }) => status === 503)).toHaveLength(1);
  });
});
