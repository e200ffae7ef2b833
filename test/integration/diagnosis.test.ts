import { randomBytes, randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Agent, UdpTransport } from '../../shared/sip/index.ts';
import { writeBindingRequest } from '../../streamer/webrtc/stun.ts';
import { Client } from '../support/front/client.ts';
import { repository } from '../support/paths.ts';
import { spawnService, startService, type ServiceProcess } from '../support/processes/service.ts';
import { offerOf } from '../support/sdp-fixtures.ts';
import { WeriftViewer } from '../support/streamer/werift-viewer.ts';
import { startSystem, type System } from '../support/system.ts';

const SAMPLE = join(repository, 'data/sample.webm');
const LAN_ONLY = 'a=candidate:1 1 udp 2122260223 192.168.77.4 50123 typ host generation 0';
/** Below those that systems give away, so that nobody gets one of them by chance. */
const FIRST_PORT = randomInt(20_000, 30_000);
const LAST_PORT = FIRST_PORT + 20;

let registrar: Agent;
let streamer: ServiceProcess;
let contact: string;

beforeAll(async () => {
  registrar = new Agent({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }) });
  const registered = new Promise<string>((resolve) => {
    registrar.handle('REGISTER', (incoming) => {
      const header = incoming.request.headers.get('Contact') ?? '';
      incoming.reply(200, { headers: { Contact: `${header};expires=60` } });
      resolve(header.slice(1, -1));
    });
  });
  const media = ['--media-host', '127.0.0.1', '--workers', '2', '--media-port-range', `${FIRST_PORT}-${LAST_PORT}`, '--connect-timeout', '1'];
  streamer = await startService('streamer', [SAMPLE, '127.0.0.1', String(registrar.local.port), ...media]);
  contact = await registered;
});
afterAll(async () => {
  await streamer.child.end();
  await registrar.close();
});

/** Calls the streamer; `reason` is what its BYE says in the end. */
async function call(offer: string) {
  const invite = registrar.createRequest('INVITE', contact, { from: 'sip:viewer@127.0.0.1', body: offer, contentType: 'application/sdp' });
  const { dialog, response } = await registrar.invite(invite).answered;
  const reason = new Promise<string | undefined>((resolve) => dialog.onEnded(() => resolve(dialog.byeReason)));
  const answer = response.body.toString();
  const [, host = '', port = ''] = /^a=candidate:\S+ 1 udp \d+ (\S+) (\d+) typ host/m.exec(answer) ?? [];
  const value = (name: string): string => new RegExp(`^a=${name}:(.*)\\r$`, 'm').exec(answer)?.[1] ?? '';
  return { callId: dialog.callId, dialog, answer, reason, value, host, port: Number(port) };
}

/** The browser's recorded offer, with these candidates. */
function offerWith(...candidates: string[]): string {
  return offerOf('chromium').replaceAll(/^(a=ice-ufrag:)/gm, [...candidates, '$1'].join('\r\n'));
}

const warned = async (callId: string) => (await streamer.child.log.waitFor(({ record }) => record?.level === 'warn' && record['callId'] === callId)).record;

describe.concurrent('a call whose media never comes up', () => {
  it('ends with a BYE that says so when the peer never checks, with one warning that names both sides’ candidates and no secret', async () => {
    const { callId, reason, value } = await call(offerWith('a=candidate:1 1 udp 1 127.0.0.1 9 typ host'));
    expect(await reason).toMatch(/^SIP;cause=408;text="no-udp: No UDP of the viewer arrived at 127\.0\.0\.1:\d+: /);
    const line = await warned(callId);
    expect(line).toMatchObject({ failure: 'no-udp', candidates: ['host 127.0.0.1:9'], ours: [expect.stringMatching(/^127\.0\.0\.1:\d+$/)], checks: { received: 0, answered: 0 } });
    for (const secret of [value('ice-pwd'), /a=ice-pwd:(\S+)/.exec(offerOf('chromium'))?.[1] ?? '']) {
      expect(secret.length).toBeGreaterThan(20);
      expect(streamer.child.log.toString()).not.toContain(secret);
    }
  });

  it('says that there is no common address when loopback is offered to somebody on a network', async () => {
    const { callId, reason } = await call(offerWith(LAN_ONLY));
    expect(await reason).toMatch(/^SIP;cause=488;text="no-common-address: The streamer offers 127\.0\.0\.1 alone, .*--announce-ip/);
    expect(await warned(callId)).toMatchObject({ failure: 'no-common-address', candidates: ['host 192.168.77.4:50123'] });
  });

  it('says that nothing answers its checks when the peer only asks', async () => {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    const { value, reason, host, port } = await call(offerOf('chromium'));
    const username = `${value('ice-ufrag')}:${/a=ice-ufrag:(\S+)/.exec(offerOf('chromium'))?.[1] ?? ''}`;
    const answered = once(socket, 'message');
    socket.send(writeBindingRequest({ transaction: randomBytes(12), username, password: value('ice-pwd'), priority: 1, role: 'controlling', tieBreaker: 1n, useCandidate: true }), port, host);
    await answered;
    expect(await reason).toMatch(/"no-answer-to-checks: Checks of the viewer arrive from 127\.0\.0\.1, but ours are not answered/);
    socket.close();
  });

  it('says that no keys were agreed when the peer’s certificate is not the one that it offered', async () => {
    const viewer = new WeriftViewer();
    const offer = await viewer.offer();
    const { answer, reason } = await call(offer.replaceAll(/(a=fingerprint:sha-256 )../g, '$100'));
    await viewer.accept(answer);
    expect(await reason).toBe('SIP;cause=488;text="dtls-failed: A way was found, but no keys were agreed: certificate fingerprint mismatch."');
    await viewer.close();
  });
});

describe('the addresses of media', () => {
  it('are doubted at the start where only this machine reaches them', async () => {
    const { record } = await streamer.child.log.waitFor(({ text }) => text.includes('media is offered at 127.0.0.1 alone'));
    expect(record?.level, 'all else is on loopback too').toBe('info');
  });
});

describe('the ports of media', () => {
  it('are those of the range, one for each worker', async () => {
    const calls = await Promise.all(Array.from({ length: 4 }, () => call(offerOf('chromium'))));
    const ports = new Set(calls.map(({ port }) => port));
    expect(ports.size).toBe(2);
    for (const port of ports) expect(port >= FIRST_PORT && port <= LAST_PORT).toBe(true);
    await Promise.all(calls.map(({ dialog }) => dialog.bye()));
  });

  it('end a streamer with one line and status 2 where they cannot be had, or where a name is announced that nobody has', async () => {
    const { port, dialog } = await call(offerOf('chromium'));
    const cases: [string[], RegExp][] = [
      [['--workers', '2', '--media-port', '40000'], /--workers 2: each needs a port of its own/],
      [['--media-host', '127.0.0.1', '--media-port', String(port)], /no port for media: UDP port \d+ is in use/],
      [['--announce-ip', 'nowhere.invalid'], /--announce-ip nowhere\.invalid: no IPv4 address is known for it/],
    ];
    const ended = cases.map(async ([args, line]) => {
      const child = spawnService('streamer', [SAMPLE, '127.0.0.1', String(registrar.local.port), ...args]);
      expect((await child.exited).code).toBe(2);
      expect(child.log.toString().split('\n').filter((text) => text.includes('streamer: '))).toEqual([expect.stringMatching(line)]);
    });
    await Promise.all(ended);
    await dialog.bye();
  });
});

describe('through the whole system', () => {
  let system: System;
  beforeAll(async () => {
    system = await startSystem({ streamers: [{ name: 'cam', file: SAMPLE, args: ['--announce-ip', '198.51.100.1,own', '--connect-timeout', '1'] }] });
  });
  afterAll(() => system.stop());

  it('the answer carries what is announced, and the viewer’s page and the operator of front hear why nothing came', async () => {
    const viewer = new Client(system.url.replace(/\/$/, ''), 'ana');
    await viewer.register();
    const page = await viewer.page();
    await page.next(({ type, streamers }) => type === 'streamers' && (streamers as unknown[]).length === 1);
    const { status, body } = await viewer.watch('cam', offerOf('firefox'));
    expect(status).toBe(200);
    expect(body['sdp']).toMatch(/^a=candidate:2 1 udp \d+ 198\.51\.100\.1 \d+ typ host\r$/m);
    const ended = await page.nextOfType('ended');
    expect(ended).toMatchObject({ type: 'ended', streamer: 'cam', error: 'no-udp' });
    expect(ended['reason']).toMatch(/^No UDP of the viewer arrived at 198\.51\.100\.1:\d+/);
    const { record } = await system.front.process.child.log.waitFor(({ record }) => record?.level === 'warn');
    expect(record).toMatchObject({ viewer: 'ana', streamer: 'cam', failure: 'no-udp', msg: `no media came up: ${String(ended['reason'])}` });
    await page.close();
  });
});
