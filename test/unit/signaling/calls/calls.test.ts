import { beforeEach, describe, expect, it } from 'vitest';
import type { Agent } from '../../../../shared/sip/agent/agent.ts';
import { CallRejectedError } from '../../../../shared/sip/agent/errors.ts';
import type { IncomingCall } from '../../../../shared/sip/agent/incoming-call.ts';
import type { OutgoingCall } from '../../../../shared/sip/agent/outgoing-call.ts';
import type { Dialog } from '../../../../shared/sip/dialog/dialog.ts';
import { sipUri } from '../../../../shared/sip/message/uri.ts';
import { binding } from '../../../support/signaling/entries.ts';
import { DAEMON, Stage } from '../../../support/signaling/stage.ts';

const OFFER = 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\nm=video 9 UDP/TLS/RTP/SAVPF 96\r\n';
const ANSWER = OFFER.replace('- 1 1', '- 2 2');

describe('Calls', () => {
  let stage: Stage;
  let front: Agent;

  beforeEach(() => {
    stage = new Stage();
    front = stage.agent(5065);
  });

  function call(name: string, options: { from?: string } = {}): OutgoingCall {
    const uri = sipUri(name, DAEMON.host, DAEMON.port);
    return front.invite(front.createRequest('INVITE', uri, { from: options.from ?? 'sip:diego@127.0.0.1', body: OFFER, contentType: 'application/sdp' }), { nextHop: DAEMON });
  }

  /** A streamer that answers every call with 202. */
  async function answering(name: string, port: number): Promise<{ agent: Agent; dialogs: Dialog[] }> {
    const agent = await stage.streamer(name, port);
    const dialogs: Dialog[] = [];
    agent.onCall(async (incoming) => {
      dialogs.push(await incoming.accept(202, ANSWER));
    });
    return { agent, dialogs };
  }

  async function established(name = 'camera', port = 9997): Promise<{ near: Dialog; far: Dialog }> {
    const { dialogs } = await answering(name, port);
    const { dialog: near } = await stage.clock.until(call(name).answered);
    await stage.clock.advance(10);
    const [far] = dialogs;
    if (!far) throw new Error('no dialog at the streamer');
    return { near, far };
  }

  function states(): string[] {
    return stage.sessions().map(({ state }) => state);
  }

  async function statusOf(outgoing: OutgoingCall): Promise<number> {
    const error: unknown = await stage.clock.until(outgoing.answered).catch((reason: unknown) => reason);
    return error instanceof CallRejectedError ? error.status : 0;
  }

  it('pass: 100 to front, INVITE to the streamer, 202 and ACK back along the same way (seed 4.8)', async () => {
    await answering('camera', 9997);
    const outgoing = call('camera');
    const provisional: number[] = [];
    outgoing.onProvisional(({ status }) => provisional.push(status));
    const { response } = await stage.clock.until(outgoing.answered);
    await stage.clock.advance(10);
    expect([provisional, response.status, response.bodyText()]).toEqual([[100], 202, ANSWER]);
    const route = stage.network.sent
      .filter(({ datagram }) => datagram.includes(outgoing.callId))
      .map(({ from, to, datagram }) => `${from.port}>${to.port} ${/^(?:SIP\/2.0 )?(\w+)/.exec(datagram.toString())?.[1] ?? ''}`);
    expect(route).toEqual(['5065>5060 INVITE', '5060>5065 100', '5060>9997 INVITE', '9997>5060 202', '5060>5065 202', '5065>5060 ACK', '5060>9997 ACK']);
  });

  it('are written down as their state changes, with offer, answer and both addresses (seeds 4.14, 4.16)', async () => {
    const streamer = await stage.streamer('camera', 9997);
    let incoming: IncomingCall | undefined;
    streamer.onCall((received) => void (incoming = received));
    const outgoing = call('camera', { from: '"Ána <b>" <sip:ana@127.0.0.1>' });
    await stage.clock.advance(10);
    expect(stage.sessions()).toMatchObject([
      { state: 'offer-received', callId: outgoing.callId, viewer: 'Ána <b>', streamer: 'camera', offer: OFFER, answer: '', front: { host: '127.0.0.1', port: 5065 }, streamerAddress: { host: '127.0.0.1', port: 9997 } },
    ]);
    const seen: string[] = [];
    stage.directory.sessions.onChange(({ after }) => seen.push(after?.state ?? 'gone'));
    const accepted = incoming?.accept(202, ANSWER);
    const { dialog } = await stage.clock.until(outgoing.answered);
    await stage.clock.advance(10);
    await accepted;
    expect(stage.sessions()).toMatchObject([{ state: 'connection-established', offer: OFFER, answer: ANSWER }]);
    await stage.clock.until(dialog.bye());
    expect(seen).toEqual(['answer-received', 'connection-established', 'connection-finished']);
    await stage.clock.advance(2000);
    expect(stage.store.sessions).toMatchObject([{ state: 'connection-finished', answer: ANSWER }]);
  });

  it('end by BYE from the viewer (seed 4.17)', async () => {
    const { near, far } = await established();
    await stage.clock.until(near.bye());
    expect([far.ended, states()]).toEqual(['remote-bye', ['connection-finished']]);
  });

  it('do not begin while the daemon drains, and those that go on end in peace before it stops', async () => {
    const { near, far } = await established();
    const drained = stage.daemon.drain(new AbortController().signal);
    expect(await statusOf(call('camera'))).toBe(503);
    await stage.clock.until(near.bye());
    expect(far.ended).toBe('remote-bye');
    await stage.clock.until(drained);
  });

  it('are not waited for any longer when the daemon has to stop', async () => {
    await established();
    const hurry = new AbortController();
    const drained = stage.daemon.drain(hurry.signal);
    hurry.abort();
    await drained;
  });

  it('end by BYE from the streamer (seed 4.17)', async () => {
    const { near, far } = await established();
    await stage.clock.until(far.bye());
    expect([near.ended, states()]).toEqual(['remote-bye', ['connection-finished']]);
  });

  it('are cancelled before they are answered (seed 4.17)', async () => {
    const streamer = await stage.streamer('camera', 9997);
    let cancelled = false;
    streamer.onCall((incoming) => {
      incoming.ring();
      incoming.onCancelled(() => (cancelled = true));
    });
    const outgoing = call('camera');
    await stage.clock.advance(100);
    outgoing.cancel();
    await expect(stage.clock.until(outgoing.answered)).rejects.toThrow();
    await stage.clock.advance(100);
    expect([cancelled, states()]).toEqual([true, ['connection-error']]);
  });

  it('go on over a restart of the daemon: BYE finds its way, and ends the session (seeds 4.15, 4.16)', async () => {
    const { near, far } = await established();
    await stage.clock.advance(2000);
    await stage.restart();
    expect(states()).toEqual(['connection-established']);
    await stage.clock.until(near.bye());
    expect([far.ended, states()]).toEqual(['remote-bye', ['connection-finished']]);
  });

  it('that were under way when the daemon died are given up', async () => {
    const streamer = await stage.streamer('camera', 9997);
    streamer.onCall((incoming) => incoming.ring());
    call('camera');
    await stage.clock.advance(2000);
    await stage.restart();
    expect(states()).toEqual(['connection-error']);
  });

  it('whose answer comes while the daemon is away are answered by its next life (seed 4.15)', async () => {
    const streamer = await stage.streamer('camera', 9997);
    let incoming: IncomingCall | undefined;
    streamer.onCall((received) => void (incoming = received));
    const outgoing = call('camera');
    await stage.clock.advance(2000);
    const accepted = incoming?.accept(202, ANSWER);
    await stage.die();
    await stage.clock.advance(300);
    stage.start();
    expect(states()).toEqual(['connection-error']);
    const { dialog } = await stage.clock.until(outgoing.answered);
    await stage.clock.until(accepted ?? Promise.reject(new Error('no call')));
    expect(stage.sessions()).toMatchObject([{ state: 'connection-established', answer: ANSWER }]);
    await stage.clock.until(dialog.bye());
    expect(states()).toEqual(['connection-finished']);
  });

  it('reach the answering one of several contacts', async () => {
    const first = await stage.streamer('camera', 9997, { contacts: ['<sip:camera@127.0.0.1:9997>', '<sip:camera@127.0.0.1:9998>'] });
    const second = stage.agent(9998, { contact: 'sip:camera@127.0.0.1:9998' });
    first.onCall((incoming) => incoming.ring());
    second.onCall(async (incoming) => {
      await incoming.accept(202, ANSWER);
    });
    await stage.clock.until(call('camera').answered);
    await stage.clock.advance(100);
    expect(stage.sessions()).toMatchObject([{ state: 'connection-established', streamerAddress: { port: 9998 } }]);
  });

  describe('are refused', () => {
    it('with 404 for an unknown name, and leave nothing behind', async () => {
      expect([await statusOf(call('nobody')), stage.sessions()]).toEqual([404, []]);
    });

    it('with 480 for one that has expired, left, or not come back after a restart', async () => {
      await stage.streamer('camera', 9997, { expires: 60 });
      await stage.clock.advance(60_000);
      expect(await statusOf(call('camera'))).toBe(480);
      await stage.clock.advance(10_000);
      expect(await statusOf(call('camera'))).toBe(480);
      await stage.streamer('other', 9998);
      await stage.restart();
      expect(await statusOf(call('other'))).toBe(480);
    });

    it.each([486, 488, 503, 603])('with the streamer’s own %i', async (status) => {
      const streamer = await stage.streamer('camera', 9997);
      streamer.onCall((incoming) => incoming.reject(status));
      expect([await statusOf(call('camera')), states()]).toEqual([status, ['connection-error']]);
    });

    it('with 408 when the streamer is silent (seed 4.13)', async () => {
      const streamer = await stage.streamer('camera', 9997);
      await streamer.layer.close();
      expect([await statusOf(call('camera')), states()]).toEqual([408, ['connection-error']]);
    });

    it('with 503 when there are too many', async () => {
      stage = new Stage({ maxSessions: 1 });
      front = stage.agent(5065);
      await established();
      const outgoing = call('camera');
      expect(await statusOf(outgoing)).toBe(503);
    });

    it('with 483 and 482 where they go round, and leave no open session', async () => {
      const client = stage.raw(7000);
      await client.register('loop', { contacts: ['<sip:loop@127.0.0.1:5060>'] });
      expect((await client.ask('INVITE', { uri: 'sip:loop@127.0.0.1:5060', maxForwards: 0 })).status).toBe(483);
      const status = (await client.ask('INVITE', { uri: 'sip:loop@127.0.0.1:5060' })).status;
      expect([482, 483]).toContain(status);
      expect(new Set(states())).toEqual(new Set(['connection-error']));
    });
  });

  it('relay OPTIONS and MESSAGE to a streamer by its name, and their answers back', async () => {
    const streamer = await stage.streamer('José Ángel', 9997);
    streamer.handle('MESSAGE', (incoming) => incoming.reply(200, { body: incoming.request.bodyText() }));
    const client = stage.raw(7000);
    const uri = sipUri('José Ángel', '127.0.0.1', 5060);
    expect((await client.ask('OPTIONS', { uri, body: 'ping', contentType: 'text/plain' })).bodyText()).toBe('ping');
    expect((await client.ask('MESSAGE', { uri, body: 'hello', contentType: 'text/plain' })).bodyText()).toBe('hello');
  });

  it('end when their streamer registers from another address, and not when it comes back at the same', async () => {
    await established();
    await stage.streamer('camera', 9990).catch(() => undefined);
    expect(states()).toEqual(['connection-finished']);
  });

  it('stay when their streamer only refreshes, or returns after a restart', async () => {
    await established();
    await stage.clock.advance(2000);
    stage.directory.streamers.putLazily({ ...stage.directory.streamers.get('camera')!, bindings: [binding('camera', { address: { host: '127.0.0.1', port: 9997 }, cseq: 9 })] });
    await stage.restart();
    stage.directory.streamers.putLazily({ ...stage.directory.streamers.get('camera')!, forgotten: false });
    expect(states()).toEqual(['connection-established']);
  });

  it('keep their session as long as they are refreshed, and no longer than their interval (RFC 4028)', async () => {
    const { agent: streamer } = await answering('camera', 9997);
    const invite = front.createRequest('INVITE', sipUri('camera', DAEMON.host, DAEMON.port), {
      from: 'sip:diego@127.0.0.1',
      body: OFFER,
      contentType: 'application/sdp',
      headers: { Supported: 'timer', 'Session-Expires': '90' },
    });
    await stage.clock.until(front.invite(invite, { nextHop: DAEMON }).answered);
    await stage.clock.advance(300_000);
    expect(states()).toEqual(['connection-established']);
    // Both ends vanish without a word.
    await Promise.all([front.layer.close(), streamer.layer.close()]);
    await stage.clock.advance(90_000 + 31_000);
    expect(states()).toEqual(['connection-finished']);
  });
});
