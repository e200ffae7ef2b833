import { beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../../../../shared/sip/agent/agent.ts';
import { CallRejectedError } from '../../../../shared/sip/agent/errors.ts';
import type { IncomingCall } from '../../../../shared/sip/agent/incoming-call.ts';
import type { OutgoingCall } from '../../../../shared/sip/agent/outgoing-call.ts';
import type { Dialog } from '../../../../shared/sip/dialog/dialog.ts';
import { sipUri } from '../../../../shared/sip/message/uri.ts';
import { DAEMON, DAEMON_URI, Stage } from '../../../support/signaling/stage.ts';

const SDP = { body: 'v=0\r\n', contentType: 'application/sdp' };
const SECRET = 'correct horse battery staple';

describe.each<[string, string | undefined]>([
  ['without a secret', undefined],
  ['with a secret, beyond loopback', SECRET],
])('Calls between persons, %s,', (_, secret) => {
  let stage: Stage;
  let ana: Agent;
  let bo: Agent;

  beforeEach(async () => {
    stage = new Stage(secret === undefined ? {} : { secret });
    ana = await person('ana', '192.0.2.1');
    bo = await person('bo', '192.0.2.2');
  });

  /** A front with this person signed in. @param cseq of several fronts that have the same person one after the other @param onCall once he is called */
  async function person(name: string, host: string, cseq = 1, onCall?: (call: IncomingCall) => void): Promise<Agent> {
    const contact = sipUri(name, host, 5065);
    const agent = new Agent({
      transport: stage.network.attach({ host, port: 5065 }),
      clock: stage.clock,
      contact,
      ...(secret === undefined ? {} : { credentials: { username: 'front', password: secret } }),
    });
    if (onCall) agent.onCall(onCall);
    const aor = sipUri(name, '127.0.0.1');
    const request = agent.createRequest('REGISTER', DAEMON_URI, { from: aor, to: aor, callId: `registrations of ${name}`.replaceAll(' ', '-'), cseq, headers: { Contact: `<${contact}>` }, body: '{"kind":"person"}', contentType: 'application/json' });
    expect((await stage.clock.until(agent.request(request, { nextHop: DAEMON }))).status).toBe(200);
    return agent;
  }

  function ring(options: { headers?: Record<string, string>; body?: string; contentType?: string } = {}): OutgoingCall {
    return ana.invite(ana.createRequest('INVITE', 'sip:bo@127.0.0.1:5060', { from: '"Somebody else" <sip:ana@127.0.0.1>', ...SDP, ...options }), { nextHop: DAEMON });
  }

  async function failure(call: OutgoingCall): Promise<number> {
    const error: unknown = await stage.clock.until(call.answered).catch((reason: unknown) => reason);
    return error instanceof CallRejectedError ? error.status : 0;
  }

  async function established(): Promise<{ near: Dialog; far: Dialog }> {
    const dialogs: Dialog[] = [];
    bo.onCall(async (call) => void dialogs.push(await call.accept(200, 'v=0\r\n')));
    const { dialog: near } = await stage.clock.until(ring().answered);
    await stage.clock.advance(50);
    const [far] = dialogs;
    if (!far) throw new Error('no dialog at the called');
    return { near, far };
  }

  it.each([[180], [182]])('ring with %i, and are accepted (seeds 0.4, 0.6)', async (status) => {
    let heard: IncomingCall | undefined;
    bo.onCall((call) => {
      heard = call;
      call.ring(status);
      stage.clock.setTimeout(() => void call.accept(200, 'v=0\r\n'), 1000);
    });
    const call = ring({ headers: { Expires: '10' } });
    const provisional: number[] = [];
    call.onProvisional((response) => provisional.push(response.status));
    const { response } = await stage.clock.until(call.answered);
    expect([provisional, response.status, heard?.request.expires]).toEqual([[100, status], 200, 10]);
    await stage.clock.advance(50);
    expect(stage.sessions()).toMatchObject([{ viewer: 'ana', streamer: 'bo', kind: 'person', room: undefined, state: 'connection-established' }]);
  });

  it.each([[603], [486]])('are declined with %i (seed 0.13)', async (status) => {
    bo.onCall((call) => call.reject(status));
    expect(await failure(ring())).toBe(status);
  });

  it('end in 487 when nobody answers within Expires, and accepting later fails (seed 0.7)', async () => {
    let heard: IncomingCall | undefined;
    bo.onCall((call) => {
      heard = call;
      call.ring();
    });
    expect(await failure(ring({ headers: { Expires: '10' } }))).toBe(487);
    expect(Math.round(stage.clock.now() / 1000)).toBe(10);
    await expect(heard?.accept(200)).rejects.toThrow();
  });

  it('go along with who moves to another front before he has heard of it', async () => {
    await bo.layer.close();
    const call = ring();
    await stage.clock.advance(300);
    await person('bo', '192.0.2.5', 2, (incoming) => void incoming.accept(200, 'v=0\r\n'));
    await stage.clock.until(call.answered);
    expect(stage.clock.now()).toBeLessThan(500);
    await stage.clock.advance(50);
    expect(stage.sessions()).toMatchObject([{ streamer: 'bo', streamerAddress: { host: '192.0.2.5' }, state: 'connection-established' }]);
  });

  it('leave nothing behind where they may not be forked to all contacts (RFC 5393): whoever is called moves as before', async () => {
    const aor = sipUri('cy', '127.0.0.1');
    const cy = (cseq: number, ...ports: number[]) =>
      ana.createRequest('REGISTER', DAEMON_URI, { from: aor, to: aor, callId: 'cy', cseq, headers: { Contact: ports.map((port) => `<sip:cy@192.0.2.3:${port}>`).join(', ') }, body: '{"kind":"person"}', contentType: 'application/json' });
    const register = async (request: ReturnType<typeof cy>) => (await stage.clock.until(ana.request(request, { nextHop: DAEMON }))).status;
    expect(await register(cy(1, 5001, 5002))).toBe(200);
    const call = ana.invite(ana.createRequest('INVITE', 'sip:cy@127.0.0.1:5060', { from: 'sip:ana@127.0.0.1', headers: { 'Max-Breadth': '1' }, ...SDP }), { nextHop: DAEMON });
    expect(await failure(call)).toBe(440);
    expect(await register(cy(2, 5003, 5004))).toBe(200);
  });

  it('are cancelled by who rings (seed 0.13)', async () => {
    const cancelled = new Promise<void>((resolve) => bo.onCall((call) => {
      call.ring();
      call.onCancelled(resolve);
    }));
    const call = ring();
    await stage.clock.advance(300);
    call.cancel();
    expect(await failure(call)).toBe(0);
    await stage.clock.until(cancelled);
  });

  it('to nobody get 404, to one who has just left 480', async () => {
    const aor = sipUri('bo', '127.0.0.1');
    await stage.clock.until(bo.request(bo.createRequest('REGISTER', DAEMON_URI, { from: aor, to: aor, headers: { Contact: '*', Expires: '0' } }), { nextHop: DAEMON }));
    expect(await failure(ring())).toBe(480);
    const call = ana.invite(ana.createRequest('INVITE', 'sip:nobody@127.0.0.1:5060', { from: 'sip:ana@127.0.0.1', ...SDP }), { nextHop: DAEMON });
    expect(await failure(call)).toBe(404);
  });

  it('carry INFO, MESSAGE, UPDATE and re-INVITE in both directions, and BYE', async () => {
    const { near, far } = await established();
    for (const [from, to] of [[near, far], [far, near]] as const) {
      const heard: string[] = [];
      for (const method of ['INFO', 'MESSAGE', 'INVITE', 'UPDATE']) {
        to.onRequest(method, (incoming) => {
          heard.push(`${method} ${incoming.request.bodyText()}`);
          incoming.reply(200, method === 'INVITE' ? SDP : {});
        });
        const response = await stage.clock.until(from.request(method, { body: `about ${method}`, contentType: 'text/plain' }));
        expect([method, response.status]).toEqual([method, 200]);
        await stage.clock.advance(100);
      }
      expect(heard).toEqual(['INFO about INFO', 'MESSAGE about MESSAGE', 'INVITE about INVITE', 'UPDATE about UPDATE']);
    }
    await stage.clock.until(far.bye());
    expect(near.ended).toBe('remote-bye');
    expect(stage.sessions()).toMatchObject([{ state: 'connection-finished' }]);
  });

  it('stay as long as their session timer is refreshed, whoever changed them meanwhile', async () => {
    const { near, far } = await established();
    for (let round = 0; round < 6; round++) {
      const [from, to] = round % 2 === 0 ? [near, far] : [far, near];
      to.onRequest('INVITE', (incoming) => incoming.reply(200, SDP));
      await stage.clock.until(from.request('INVITE', { ...SDP, body: `v=0\r\no=${round}\r\n` }));
      await stage.clock.advance(20 * 60_000);
    }
    expect([near.ended, far.ended]).toEqual([undefined, undefined]);
    expect(stage.sessions()).toMatchObject([{ state: 'connection-established', intervalSeconds: 1800 }]);
    await bo.layer.close();
    await stage.clock.advance(40 * 60_000);
    expect(near.ended).toBeDefined();
    expect(stage.sessions().filter(({ state }) => state === 'connection-established')).toEqual([]);
  });

  it('go on after the daemon was restarted', async () => {
    const { near, far } = await established();
    await stage.clock.advance(2000);
    await stage.restart();
    far.onRequest('INFO', (incoming) => incoming.reply(200));
    expect((await stage.clock.until(near.request('INFO'))).status).toBe(200);
    await stage.clock.until(near.bye());
    expect(far.ended).toBe('remote-bye');
  });

  it('into a room are invitations, which make nobody busy', async () => {
    bo.onCall((call) => void call.accept(200));
    const call = ring({ body: 'sip:room-tea@127.0.0.1\r\n', contentType: 'text/uri-list' });
    const { dialog } = await stage.clock.until(call.answered);
    await stage.clock.advance(50);
    expect(stage.sessions()).toEqual([]);
    await stage.clock.until(dialog.bye());
    expect(dialog.ended).toBe('local-bye');
  });

  it('need none for a MESSAGE from one to the other', async () => {
    const heard: string[] = [];
    bo.handle('MESSAGE', (incoming) => {
      heard.push(`${incoming.request.from.uri}: ${incoming.request.bodyText()}`);
      incoming.reply(200);
    });
    const message = ana.createRequest('MESSAGE', 'sip:bo@127.0.0.1:5060', { from: 'sip:ana@127.0.0.1', body: 'hello', contentType: 'text/plain' });
    expect((await stage.clock.until(ana.request(message, { nextHop: DAEMON }))).status).toBe(200);
    expect(heard).toEqual(['sip:ana@127.0.0.1: hello']);
  });
});
