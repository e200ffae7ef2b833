import { beforeEach, describe, expect, it } from 'vitest';
import type { Agent } from '../../../../shared/sip/agent/agent.ts';
import type { SipRequest } from '../../../../shared/sip/message/message.ts';
import type { Subscription } from '../../../../shared/sip/subscription/subscription.ts';
import { session, streamer, subscription } from '../../../support/signaling/entries.ts';
import type { RequestOptions } from '../../../support/signaling/requests.ts';
import { DAEMON_URI, Stage, STARTED_AT } from '../../../support/signaling/stage.ts';

interface Heard {
  readonly at: number;
  readonly state: string | undefined;
  readonly names: string[];
}

describe('Subscriptions to the list', () => {
  let stage: Stage;
  let front: Agent;
  let heard: Heard[];

  beforeEach(() => {
    stage = new Stage();
    front = stage.agent(5065);
    heard = [];
  });

  async function subscribe(expires = 600, event = 'directory'): Promise<Subscription> {
    const request = front.createRequest('SUBSCRIBE', DAEMON_URI, { from: 'sip:front@127.0.0.1', headers: [['Event', event], ['Expires', String(expires)]] });
    const subscription = front.subscribe(request);
    subscription.onNotify((notify) => heard.push(hear(notify)));
    await stage.clock.until(subscription.established);
    return subscription;
  }

  function hear(notify: SipRequest): Heard {
    const body = notify.bodyText();
    const { streamers = [] } = (body === '' ? {} : JSON.parse(body)) as { streamers?: { name: string }[] };
    return { at: stage.clock.now(), state: notify.headers.get('Subscription-State'), names: streamers.map(({ name }) => name) };
  }

  it('are answered, stored, and followed by the list at once', async () => {
    await subscribe();
    await stage.clock.advance(50);
    expect(heard).toMatchObject([{ state: 'active;expires=600', names: [] }]);
    expect(stage.store.subscriptions).toMatchObject([{ event: 'directory', remoteTarget: 'sip:127.0.0.1:5065', expiresAt: STARTED_AT + 3_600_000 + 1 }]);
  });

  it('bring each change, those within 100 ms together', async () => {
    await subscribe();
    await stage.clock.advance(1000);
    const before = stage.clock.now();
    heard = [];
    stage.directory.streamers.putLazily(streamer('a'));
    await stage.clock.advance(10);
    stage.directory.streamers.putLazily(streamer('b'));
    stage.directory.streamers.putLazily(streamer('c'));
    await stage.clock.advance(1000);
    expect(heard.map(({ at }) => at - before)).toEqual([101]);
    expect(heard.map(({ names }) => names)).toEqual([['a', 'b', 'c']]);
    stage.directory.streamers.putLazily(streamer('d'));
    await stage.clock.advance(1000);
    expect(heard.map(({ at }) => at - before)).toEqual([101, 1111]);
  });

  it('tell how many watch', async () => {
    stage.directory.streamers.putLazily(streamer('camera'));
    await subscribe();
    await stage.clock.advance(1000);
    heard = [];
    const { sessions } = stage.directory;
    sessions.putLazily(session('x', { state: 'connection-established' }));
    await stage.clock.advance(1000);
    expect(heard).toHaveLength(1);
  });

  it('to persons and to rooms hear of those alone, those changes too within 100 ms together (seeds 0.1, 2.11)', async () => {
    const bodies: Record<string, string[]> = { directory: [], people: [], rooms: [] };
    for (const event of ['directory', 'people', 'rooms']) {
      const subscription = await subscribe(600, event);
      subscription.onNotify((notify) => bodies[event]!.push(notify.bodyText()));
    }
    await stage.clock.advance(1000);
    for (const each of Object.values(bodies)) each.length = 0;
    stage.directory.streamers.putLazily(streamer('ana', { kind: 'person' }));
    stage.directory.streamers.putLazily(streamer('bo', { kind: 'person' }));
    stage.directory.streamers.putLazily(streamer('rooms', { kind: 'focus' }));
    await stage.clock.advance(1000);
    // A refresh tells nobody anything.
    stage.directory.streamers.putLazily(streamer('ana', { kind: 'person', identity: 'x' }));
    await stage.clock.advance(1000);
    stage.directory.sessions.putLazily(session('1', { kind: 'focus', streamer: 'rooms', viewer: 'ana', room: 'tea', state: 'connection-established' }));
    await stage.clock.advance(1000);
    expect(bodies['directory']).toEqual([]);
    expect(bodies['people']).toEqual([
      '{"people":[{"name":"ana","busy":false},{"name":"bo","busy":false}],"total":2}',
      '{"people":[{"name":"ana","busy":true},{"name":"bo","busy":false}],"total":2}',
    ]);
    expect(bodies['rooms']).toEqual(['{"rooms":[{"id":"tea","members":["ana"]}],"total":1}']);
  });

  it('of every kind are told of a restart in their own dialog (seed 4.15)', async () => {
    const subscriptions = [await subscribe(600, 'directory'), await subscribe(600, 'people'), await subscribe(600, 'rooms')];
    await stage.clock.advance(500);
    await stage.restart();
    await stage.clock.advance(2000);
    expect(subscriptions.map(({ terminated }) => terminated)).toEqual(['deactivated', 'deactivated', 'deactivated']);
    expect(stage.store.subscriptions).toEqual([]);
  });

  it('of an event that is none any more are forgotten', async () => {
    await subscribe();
    stage.directory.subscriptions.putLazily(subscription('old', { event: 'weather' }));
    await stage.clock.advance(2000);
    await stage.restart();
    await stage.clock.advance(2000);
    expect(stage.store.subscriptions).toEqual([]);
  });

  it('are kept alive by their subscriber, and ended by it', async () => {
    const subscription = await subscribe(100);
    await stage.clock.advance(1_000_000);
    expect(subscription.terminated).toBeUndefined();
    await stage.clock.until(subscription.end());
    await stage.clock.advance(2000);
    expect(stage.network.sent.filter(({ datagram }) => datagram.includes('terminated;reason=timeout'))).toHaveLength(1);
    expect([stage.directory.subscriptions.size, stage.store.subscriptions]).toEqual([0, []]);
  });

  it('are forgotten when their subscriber is gone', async () => {
    await subscribe();
    await front.layer.close();
    stage.directory.streamers.putLazily(streamer('a'));
    await stage.clock.advance(40_000);
    expect(stage.store.subscriptions).toEqual([]);
  });

  it('of an earlier life are told to subscribe anew, in their own dialog, and then forgotten (seed 4.15)', async () => {
    const subscription = await subscribe();
    stage.directory.streamers.putLazily(streamer('a'));
    await stage.clock.advance(500);
    await stage.restart();
    await stage.clock.advance(2000);
    expect(subscription.terminated).toBe('deactivated');
    expect([stage.directory.subscriptions.size, stage.store.subscriptions]).toEqual([0, []]);
    heard = [];
    await subscribe();
    await stage.clock.advance(50);
    expect(heard).toHaveLength(1);
  });

  it('of an earlier life are remembered until their subscriber could be told', async () => {
    await subscribe();
    await front.layer.close();
    await stage.restart();
    await stage.clock.advance(20_000);
    expect(stage.store.subscriptions).toHaveLength(1);
    await stage.clock.advance(20_000);
    expect(stage.store.subscriptions).toEqual([]);
  });

  it('are not begun when they cannot be stored', async () => {
    stage.store.broken = true;
    await expect(subscribe()).rejects.toThrow('500');
    expect(heard).toEqual([]);
    stage.store.broken = false;
  });

  it.each<[string, RequestOptions, number, [string, string]?]>([
    ['another event', { headers: [['Event', 'presence'], ['Contact', '<sip:a@b>']] }, 489, ['Allow-Events', 'directory, people, rooms, trace']],
    ['no event', { headers: [['Contact', '<sip:a@b>']] }, 489, ['Allow-Events', 'directory, people, rooms, trace']],
    ['a time that is too short', { headers: [['Event', 'directory'], ['Contact', '<sip:a@b>'], ['Expires', '5']] }, 423, ['Min-Expires', '10']],
    ['a client that wants no JSON', { headers: [['Event', 'directory'], ['Contact', '<sip:a@b>'], ['Accept', 'text/plain']] }, 406],
    ['no Contact', { headers: [['Event', 'directory']] }, 400],
    ['a From that is too long to keep', { headers: [['Event', 'directory'], ['Contact', '<sip:a@b>']], from: `"${'x'.repeat(1100)}" <sip:a@b>;tag=1` }, 400],
    ['nine hops', { headers: [['Event', 'directory'], ['Contact', '<sip:a@b>'], ['Record-Route', Array.from({ length: 9 }, () => '<sip:a;lr>').join(', ')]] }, 400],
    ['an unknown dialog', { headers: [['Event', 'directory'], ['Contact', '<sip:a@b>']], to: '<sip:a@b>;tag=nobody' }, 481],
  ])('refuse %s', async (_, options, status, header) => {
    const response = await stage.raw(7000).ask('SUBSCRIBE', { from: '<sip:x@y>;tag=1', ...options });
    expect(response.status).toBe(status);
    if (header) expect(response.headers.get(header[0])).toBe(header[1]);
    expect(stage.directory.subscriptions.size).toBe(0);
  });
});
