import { beforeEach, describe, expect, it } from 'vitest';
import { silentLogger } from '../../../../shared/log/logger.ts';
import { Agent } from '../../../../shared/sip/agent/agent.ts';
import type { SipResponse } from '../../../../shared/sip/message/message.ts';
import { sipUri } from '../../../../shared/sip/message/uri.ts';
import { requestBytes } from '../../../support/signaling/requests.ts';
import type { RequestOptions } from '../../../support/signaling/requests.ts';
import { DAEMON, DAEMON_URI, Stage } from '../../../support/signaling/stage.ts';
import type { RawClient } from '../../../support/signaling/stage.ts';

const SECRET = 'correct horse battery staple';

describe('With a secret, the daemon', () => {
  let stage: Stage;
  let stranger: RawClient;

  beforeEach(() => {
    stage = new Stage({ secret: SECRET, log: silentLogger });
    stranger = stage.raw(7000, '192.0.2.66');
  });

  function agent(host: string, username: string, password = SECRET): Agent {
    return new Agent({ transport: stage.network.attach({ host, port: 9000 }), clock: stage.clock, credentials: { username, password } });
  }

  async function register(by: Agent, name: string, options: { expires?: number; cseq?: number } = {}): Promise<SipResponse> {
    const request = by.createRequest('REGISTER', DAEMON_URI, {
      from: sipUri(name, '127.0.0.1'),
      to: sipUri(name, '127.0.0.1'),
      cseq: options.cseq ?? 1,
      headers: { Contact: `<${sipUri(name, by.local.host, by.local.port)}>`, Expires: String(options.expires ?? 600) },
    });
    return stage.clock.until(by.request(request, { nextHop: DAEMON }));
  }

  it('lets in who knows it, and relays without the proof', async () => {
    const camera = agent('192.0.2.1', 'camera');
    const front = agent('192.0.2.2', 'front');
    expect((await register(camera, 'camera')).status).toBe(200);
    camera.onCall(async (call) => {
      await call.accept(202, 'v=0\r\n');
    });
    const { dialog } = await stage.clock.until(
      front.invite(front.createRequest('INVITE', 'sip:camera@127.0.0.1:5060', { from: 'sip:v@127.0.0.1', body: 'v=0\r\n', contentType: 'application/sdp' }), { nextHop: DAEMON }).answered,
    );
    await stage.clock.until(dialog.bye());
    expect(stage.sessions()).toMatchObject([{ state: 'connection-finished' }]);
    const relayed = stage.network.sent.filter(({ to, datagram }) => to.host === '192.0.2.1' && datagram.includes('INVITE sip:'));
    expect(relayed.some(({ datagram }) => datagram.includes('Authorization'))).toBe(false);
  });

  it.each<[string, RequestOptions]>([
    ['REGISTER', { to: '<sip:x@127.0.0.1>', headers: [['Contact', '<sip:x@192.0.2.66>']] }],
    ['REGISTER', { to: '<sip:x@127.0.0.1>;tag=bypass', headers: [['Contact', '<sip:x@192.0.2.66>']] }],
    ['INVITE', { uri: 'sip:camera@127.0.0.1' }],
    ['SUBSCRIBE', { headers: [['Event', 'directory'], ['Contact', '<sip:x@192.0.2.66>']] }],
    ['MESSAGE', { uri: 'sip:camera@127.0.0.1' }],
    ['OPTIONS', {}],
  ])('challenges %s with SHA-256, without keeping any state', async (method, options) => {
    const response = await stranger.ask(method, options);
    expect(response.status).toBe(401);
    expect(response.headers.get('WWW-Authenticate')).toMatch(/^Digest realm="sipcast".*algorithm=SHA-256/);
    expect(stage.daemon.layer.serverTransactions).toBe(0);
    await stage.clock.advance(40_000);
    expect(stranger.responses).toHaveLength(1);
  });

  it('refuses a wrong secret', async () => {
    expect((await register(agent('192.0.2.1', 'camera', 'wrong'), 'camera')).status).toBe(401);
    expect(stage.directory.streamers.size).toBe(0);
  });

  it('lets no other identity take, renew or remove a name, not even after a restart', async () => {
    const camera = agent('192.0.2.1', 'camera');
    await register(camera, 'camera');
    const thief = agent('192.0.2.1'.replace('.1', '.3'), 'thief');
    expect((await register(thief, 'camera')).status).toBe(403);
    expect((await register(thief, 'camera', { expires: 0 })).status).toBe(403);
    await stage.restart();
    expect((await register(thief, 'camera')).status).toBe(403);
    expect((await register(camera, 'camera', { cseq: 5 })).status).toBe(200);
  });

  it('relays nothing inside a dialog that it does not know, to nobody', async () => {
    const to = '<sip:victim@192.0.2.99>;tag=x';
    const route: [string, string] = ['Route', '<sip:127.0.0.1:5060;lr>'];
    const response = await stranger.ask('BYE', { uri: 'sip:victim@192.0.2.99:5060', to, headers: [route] });
    expect(response.status).toBe(481);
    stranger.send(requestBytes('ACK', { uri: 'sip:victim@192.0.2.99:5060', to, headers: [route] }));
    await stage.clock.advance(1000);
    expect(stage.network.sent.filter(({ to: { host } }) => host === '192.0.2.99')).toEqual([]);
  });

  it('answers a stranger who sends too much with 503 and Retry-After, and others as ever', async () => {
    const camera = agent('192.0.2.1', 'camera');
    for (let count = 0; count < 700; count++) stranger.send(requestBytes('OPTIONS', { uri: DAEMON_URI, via: '192.0.2.66:7000' }));
    await stage.clock.advance(50);
    const refused = stranger.responses.filter(({ status }) => status === 503);
    expect(refused.length).toBeGreaterThan(150);
    expect(refused[0]?.headers.get('Retry-After')).toMatch(/^\d+$/);
    expect((await register(camera, 'camera')).status).toBe(200);
    expect(stage.daemon.layer.serverTransactions).toBeLessThan(3);
  });

  it('never answers a stranger with more than a few times what he sent', async () => {
    for (const name of ['a', 'b', 'c', 'd', 'e', 'f']) await register(agent(`192.0.2.${name.charCodeAt(0)}`, name), name);
    const bytes = requestBytes('OPTIONS', { uri: DAEMON_URI, via: '192.0.2.66:7000' });
    stage.network.sent.length = 0;
    stranger.send(bytes);
    await stage.clock.advance(60_000);
    const answered = stage.network.sent.filter(({ to }) => to.host === '192.0.2.66').reduce((sum, { datagram }) => sum + datagram.length, 0);
    expect(answered).toBeLessThan(3 * bytes.length);
  });

  it('accepts MD5 only when told to', async () => {
    expect((await stranger.ask('OPTIONS')).headers.all('WWW-Authenticate')).toHaveLength(1);
    const lenient = new Stage({ secret: SECRET, algorithms: ['SHA-256', 'MD5'] });
    const challenges = (await lenient.raw(7000).ask('OPTIONS')).headers.all('WWW-Authenticate');
    expect(challenges.map((challenge) => /algorithm=([\w-]+)/.exec(challenge)?.[1])).toEqual(['SHA-256', 'MD5']);
  });
});
