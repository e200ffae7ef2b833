import { beforeEach, describe, expect, it } from 'vitest';
import type { Agent } from '../../../../shared/sip/agent/agent.ts';
import { CallRejectedError } from '../../../../shared/sip/agent/errors.ts';
import type { Answer } from '../../../../shared/sip/agent/outgoing-call.ts';
import type { SipRequest } from '../../../../shared/sip/message/message.ts';
import { DAEMON, Stage } from '../../../support/signaling/stage.ts';

const SDP = { body: 'v=0\r\n', contentType: 'application/sdp' };
const FOCUS = { info: { kind: 'focus' } };

interface Focus {
  readonly agent: Agent;
  /** Request-URIs of the calls and other requests that came. */
  readonly asked: string[];
}

describe('Rooms', () => {
  let stage: Stage;
  let front: Agent;

  beforeEach(() => {
    stage = new Stage();
    front = stage.agent(5065);
  });

  /** A focus that lets everybody in, unless told otherwise. */
  async function focus(name: string, port: number, status = 200): Promise<Focus> {
    const agent = await stage.streamer(name, port, FOCUS);
    const asked: string[] = [];
    agent.onCall((call) => {
      asked.push(call.request.uri);
      if (status === 200) void call.accept(200, 'v=0\r\n');
      else call.reject(status);
    });
    for (const method of ['SUBSCRIBE', 'MESSAGE']) {
      agent.handle(method, (incoming) => {
        asked.push(`${method} ${incoming.request.uri}`);
        incoming.reply(202);
      });
    }
    return { agent, asked };
  }

  function invite(room: string, name = 'ana'): SipRequest {
    return front.createRequest('INVITE', `sip:room-${room}@127.0.0.1:5060`, { from: `sip:${name}@127.0.0.1`, ...SDP });
  }

  function join(room: string, name?: string): Promise<Answer> {
    return front.invite(invite(room, name), { nextHop: DAEMON }).answered;
  }

  async function joined(room: string, name?: string): Promise<Answer> {
    const answer = await stage.clock.until(join(room, name));
    await stage.clock.advance(20);
    return answer;
  }

  async function refused(room: string): Promise<CallRejectedError> {
    const error: unknown = await stage.clock.until(join(room)).catch((reason: unknown) => reason);
    if (!(error instanceof CallRejectedError)) throw new Error('not refused', { cause: error });
    return error;
  }

  function hosts(): (string | undefined)[][] {
    return stage.sessions().filter(({ state }) => state === 'connection-established').map(({ viewer, room, streamer }) => [viewer, room, streamer]);
  }

  it('are shared out among the focuses: each where the fewest are (seeds 2.23, 2.24)', async () => {
    const [one, two] = [await focus('one', 9001), await focus('two', 9002)];
    for (const room of ['a', 'b', 'c', 'd']) await joined(room);
    expect([one.asked, two.asked]).toEqual([['sip:room-a@127.0.0.1:5060', 'sip:room-c@127.0.0.1:5060'], ['sip:room-b@127.0.0.1:5060', 'sip:room-d@127.0.0.1:5060']]);
  });

  it('stay where somebody is inside, and move when they are empty (seed 2.23)', async () => {
    const [one, two] = [await focus('one', 9001), await focus('two', 9002)];
    const first = await joined('a', 'ana');
    const second = await joined('a', 'bo');
    await joined('b', 'cy');
    await joined('b', 'di');
    await joined('b', 'ed');
    expect(hosts()).toEqual([['ana', 'a', 'one'], ['bo', 'a', 'one'], ['cy', 'b', 'two'], ['di', 'b', 'two'], ['ed', 'b', 'two']]);
    await stage.clock.until(first.dialog.bye());
    await joined('a', 'flo');
    expect(one.asked).toHaveLength(3);
    await stage.clock.until(second.dialog.bye());
    for (const { dialog } of [await joined('x'), await joined('x')]) await stage.clock.until(dialog.bye());
    expect(two.asked).toHaveLength(3);
  });

  it('are one room for those who come first at the same moment (seed 1.7)', async () => {
    const [one, two] = [await focus('one', 9001), await focus('two', 9002)];
    await stage.clock.until(Promise.all([join('a', 'ana'), join('a', 'bo'), join('b', 'cy'), join('a', 'di')]));
    expect([one.asked.length, two.asked.length]).toEqual([3, 1]);
  });

  it('take SUBSCRIBE and whatever else is for them to the same focus', async () => {
    const [one, two] = [await focus('one', 9001), await focus('two', 9002)];
    await joined('a');
    await joined('b');
    for (const room of ['a', 'b']) {
      for (const method of ['SUBSCRIBE', 'MESSAGE']) {
        await stage.raw(room === 'a' ? 7000 + method.length : 7100 + method.length).ask(method, { uri: `sip:room-${room}@127.0.0.1:5060`, headers: [['Event', 'conference'], ['Contact', '<sip:f@127.0.0.1:5065>']] });
      }
    }
    expect(one.asked.slice(1)).toEqual(['SUBSCRIBE sip:room-a@127.0.0.1:5060', 'MESSAGE sip:room-a@127.0.0.1:5060']);
    expect(two.asked.slice(1)).toEqual(['SUBSCRIBE sip:room-b@127.0.0.1:5060', 'MESSAGE sip:room-b@127.0.0.1:5060']);
  });

  it('stay where they are over a restart of the daemon, even before their focus has registered again (seed 4.15)', async () => {
    await focus('one', 9001);
    const two = await focus('two', 9002);
    await joined('a');
    await joined('b');
    await stage.clock.advance(2000);
    await stage.restart();
    await joined('b', 'bo');
    expect(two.asked).toHaveLength(2);
    expect(hosts()).toContainEqual(['bo', 'b', 'two']);
  });

  it('go on to the next focus when one is silent for two seconds, and those who follow do not wait (seed 2.20)', async () => {
    await stage.raw(9001).register('mute', FOCUS);
    const two = await focus('two', 9002);
    const start = stage.clock.now();
    await joined('a', 'ana');
    expect(stage.clock.now() - start).toBeGreaterThan(2000);
    expect(stage.clock.now() - start).toBeLessThan(2500);
    expect(hosts()).toEqual([['ana', 'a', 'two']]);
    const next = stage.clock.now();
    await joined('b', 'bo');
    await joined('a', 'cy');
    expect(stage.clock.now() - next).toBeLessThan(200);
    expect(two.asked).toHaveLength(3);
  });

  it('of a focus that dies with somebody inside are opened elsewhere', async () => {
    const one = await focus('one', 9001);
    await joined('a', 'ana');
    await focus('two', 9002);
    await one.agent.layer.close();
    await joined('a', 'bo');
    expect(hosts()).toContainEqual(['bo', 'a', 'two']);
    // When its registration is over, nobody is inside there any more.
    stage.directory.streamers.deleteLazily('one');
    expect(hosts()).toEqual([['bo', 'a', 'two']]);
  });

  it('are refused as their focus says, when they are full or closed to one (seed 2.4)', async () => {
    const one = await focus('one', 9001, 486);
    const two = await focus('two', 9002);
    expect((await refused('a')).status).toBe(486);
    expect([one.asked.length, two.asked.length]).toEqual([1, 0]);
    expect(stage.sessions()).toMatchObject([{ state: 'connection-error', room: 'a' }]);
  });

  it('of a focus that takes no more are opened at the next, but are never torn apart', async () => {
    const state = { status: 200 };
    const agent = await stage.streamer('one', 9001, FOCUS);
    agent.onCall((call) => (state.status === 200 ? void call.accept(200, 'v=0\r\n') : call.reject(state.status)));
    await joined('a');
    const two = await focus('two', 9002);
    await joined('x');
    await joined('x');
    state.status = 503;
    expect((await refused('a')).status).toBe(503);
    await joined('b');
    expect(two.asked.at(-1)).toBe('sip:room-b@127.0.0.1:5060');
  });

  it('are unavailable with a reason where no focus is registered', async () => {
    await stage.streamer('camera', 9001);
    const { response, status } = await refused('a');
    expect([status, response.headers.get('Warning')]).toEqual([480, expect.stringContaining('no process that hosts rooms')]);
    expect(stage.sessions()).toEqual([]);
  });

  it('fail when every focus is silent, in bounded time', async () => {
    for (const port of [9001, 9002, 9003, 9004, 9005]) await stage.raw(port).register(`mute ${port}`, FOCUS);
    const start = stage.clock.now();
    expect((await refused('a')).status).toBe(408);
    expect(stage.clock.now() - start).toBeLessThan(8500);
  });

  it('whose names make no sense are unknown', async () => {
    await focus('one', 9001);
    for (const id of ['', 'x'.repeat(65), 'a%20b', 'a.b']) expect((await refused(id)).status).toBe(404);
  });

  it('get 487 when who joins gives up', async () => {
    const agent = await stage.streamer('one', 9001, FOCUS);
    agent.onCall(() => undefined);
    const call = front.invite(invite('a'), { nextHop: DAEMON });
    await stage.clock.advance(300);
    call.cancel();
    await expect(stage.clock.until(call.answered)).rejects.toThrow();
    expect(stage.sessions()).toMatchObject([{ state: 'connection-error' }]);
  });
});
