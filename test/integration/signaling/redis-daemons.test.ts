import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../../../shared/sip/agent/agent.ts';
import type { AgentOptions } from '../../../shared/sip/agent/agent.ts';
import type { Dialog } from '../../../shared/sip/dialog/dialog.ts';
import type { SipResponse } from '../../../shared/sip/message/message.ts';
import { sipUri } from '../../../shared/sip/message/uri.ts';
import { UdpTransport } from '../../../shared/sip/transport/udp-transport.ts';
import { RedisServer } from '../../support/engines/redis.ts';
import { scrape } from '../../support/metrics/scrape.ts';
import { spawnService, startService } from '../../support/processes/service.ts';
import type { ServiceProcess } from '../../support/processes/service.ts';

const OFFER = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n';
const ANSWER = OFFER.replace('- 1 1', '- 2 2');
const POLL_MS = 20;
const POLLS = 1000;

interface RunningDaemon extends ServiceProcess {
  readonly port: number;
}

describe('Daemons that share a Redis', () => {
  let server: RedisServer;
  let agents: Agent[];
  let running: ServiceProcess[];

  beforeEach(async () => {
    server = await RedisServer.notStarted();
    agents = [];
    running = [];
  });

  afterEach(async () => {
    for (const agent of agents) await agent.close(0);
    for (const { child } of running) await child.end('SIGKILL');
    await server.remove();
  });

  async function start(args: readonly string[] = [], port = 0): Promise<RunningDaemon> {
    const service = await startService('signaling', [String(port), '--directory', server.url, '--metrics-port', '0', ...args]);
    running.push(service);
    return { ...service, port: Number(service.addresses['sip']?.split(':').at(-1)) };
  }

  async function agent(options: Partial<AgentOptions> = {}): Promise<Agent> {
    const made = new Agent({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }), ...options });
    agents.push(made);
    return made;
  }

  function register(by: Agent, name: string, { port }: RunningDaemon, options: { callId?: string; cseq?: number; expires?: number } = {}): Promise<SipResponse> {
    const aor = sipUri(name, '127.0.0.1', port);
    const request = by.createRequest('REGISTER', `sip:127.0.0.1:${port}`, {
      from: aor,
      to: aor,
      ...options,
      headers: { Contact: `<${sipUri(name, '127.0.0.1', by.local.port)}>`, Expires: String(options.expires ?? 60) },
      body: JSON.stringify({ title: `${name} <live>`, description: 'Plaza & café', image: '', codecs: { audio: ['opus'], video: ['VP8'] } }),
      contentType: 'application/json',
    });
    return by.request(request);
  }

  async function list(by: Agent, { port }: RunningDaemon): Promise<string[]> {
    const response = await by.request(by.createRequest('OPTIONS', `sip:127.0.0.1:${port}`, { from: 'sip:front@127.0.0.1' }));
    return (JSON.parse(response.bodyText()) as { streamers: { name: string }[] }).streamers.map(({ name }) => name);
  }

  async function untilListed(by: Agent, daemon: RunningDaemon, names: readonly string[]): Promise<void> {
    await until(async () => JSON.stringify(await list(by, daemon)) === JSON.stringify(names));
  }

  function invite(by: Agent, name: string, { port }: RunningDaemon): Promise<{ dialog: Dialog; response: SipResponse }> {
    const uri = sipUri(name, '127.0.0.1', port);
    return by.invite(by.createRequest('INVITE', uri, { from: 'sip:ana@127.0.0.1', body: OFFER, contentType: 'application/sdp' })).answered;
  }

  async function ready({ addresses }: ServiceProcess): Promise<{ status: number; body: Record<string, string> }> {
    const response = await fetch(new URL('/readyz', addresses['metrics']));
    return { status: response.status, body: (await response.json()) as Record<string, string> };
  }

  it('list and call by one who registered by another; the call goes on by one when the other was killed', async () => {
    await server.start();
    const [a, b] = [await start(), await start()];
    const name = 'Cámara de José';
    const camera = await agent();
    expect((await register(camera, name, a)).status).toBe(200);
    const front = await agent();
    await untilListed(front, b, [name]);
    const calls: Dialog[] = [];
    const ended: Promise<string>[] = [];
    camera.onCall(async (call) => {
      const dialog = await call.accept(202, ANSWER);
      calls.push(dialog);
      ended.push(new Promise((resolve) => dialog.onEnded(resolve)));
    });
    const byOther = await invite(front, name, b);
    expect([byOther.response.status, byOther.response.bodyText()]).toEqual([202, ANSWER]);
    await byOther.dialog.bye();
    expect(await ended[0]).toBe('remote-bye');

    const { dialog, response } = await invite(front, name, a);
    expect(response.recordRoutes.map(({ uri }) => uri)).toEqual([`sip:127.0.0.1:${a.port};lr`]);
    await until(async () => (await scrape(b.addresses['metrics'] ?? '')).get('sipcast_signaling_sessions{state="connection-established"}') === 1);
    await a.child.end('SIGKILL');
    // Its Route names the one that is dead: it is sent to the other, as whoever has a list of daemons does.
    const bye = dialog.state.createRequest('BYE');
    expect(bye.routes.map(({ uri }) => uri)).toEqual([`sip:127.0.0.1:${a.port};lr`]);
    expect((await front.request(bye, { nextHop: { host: '127.0.0.1', port: b.port } })).status).toBe(200);
    expect(await ended[1]).toBe('remote-bye');
    await until(async () => (await scrape(b.addresses['metrics'] ?? '')).get('sipcast_signaling_sessions{state="connection-finished"}') === 2);
  });

  it('forget nobody when one is started again, and tell nobody to register', async () => {
    await server.start();
    const [a, b] = [await start(), await start()];
    const camera = await agent();
    const strays: SipResponse[] = [];
    camera.onStrayResponse((response) => strays.push(response));
    expect((await register(camera, 'camera', a, { callId: 'life', cseq: 1 })).status).toBe(200);
    await a.child.end('SIGKILL');
    const again = await start([], a.port);
    expect(await list(camera, again)).toEqual(['camera']);
    expect((await register(camera, 'camera', again, { callId: 'life', cseq: 2 })).status).toBe(200);
    expect(await list(camera, b)).toEqual(['camera']);
    expect(strays).toEqual([]);
  });

  it('both see a registration end that is not renewed', async () => {
    await server.start();
    const [a, b] = [await start(['--min-expires', '1']), await start(['--min-expires', '1'])];
    const camera = await agent();
    expect((await register(camera, 'camera', a, { expires: 2 })).status).toBe(200);
    await untilListed(camera, b, ['camera']);
    await untilListed(camera, b, []);
    await untilListed(camera, a, []);
    expect(await server.command('KEYS', 'sipcast:name:camera:*')).toBe('*0');
  });

  it('give a new name to one of two who take it at once by different daemons', async () => {
    await server.start();
    const [a, b] = [await start(['--secret', 's']), await start(['--secret', 's'])];
    const ana = await agent({ credentials: { username: 'ana', password: 's' } });
    const ben = await agent({ credentials: { username: 'ben', password: 's' } });
    for (let round = 0; round < 20; round++) {
      const answers = await Promise.all([register(ana, `name ${round}`, a), register(ben, `name ${round}`, b)]);
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 403]);
    }
  });

  it('begin without the engine, say so, and take registrations when it is there', async () => {
    const daemon = await start();
    const camera = await agent();
    expect((await register(camera, 'camera', daemon)).status).toBe(503);
    expect(await ready(daemon)).toMatchObject({ status: 503, body: { directory: 'down' } });
    expect(await list(camera, daemon)).toEqual([]);
    await server.start();
    await until(async () => (await ready(daemon)).status === 200);
    expect((await register(camera, 'camera', daemon)).status).toBe(200);
    expect(toldOfDirectory(daemon)).toEqual(['error', 'info']);
  });

  it('serve whom they know while the engine is away: refreshes are answered, new names get 503', async () => {
    await server.start();
    const daemon = await start();
    const camera = await agent();
    expect((await register(camera, 'camera', daemon, { callId: 'life', cseq: 1 })).status).toBe(200);
    camera.onCall(async (call) => {
      await call.accept(202, ANSWER);
    });
    await server.kill();
    await until(async () => (await ready(daemon)).body['directory'] === 'down');
    expect((await ready(daemon)).status).toBe(200);
    expect((await register(camera, 'camera', daemon, { callId: 'life', cseq: 2 })).status).toBe(200);
    const refused = await register(await agent(), 'new', daemon);
    expect([refused.status, refused.headers.get('Retry-After')]).toEqual([503, expect.stringMatching(/^\d+$/)]);
    const front = await agent();
    expect(await list(front, daemon)).toEqual(['camera']);
    expect((await invite(front, 'camera', daemon)).response.status).toBe(202);
    await server.start();
    await until(async () => (await ready(daemon)).body['directory'] === 'up');
    const other = await start();
    expect(await list(front, other)).toEqual(['camera']);
    expect((await register(await agent(), 'new', other)).status).toBe(200);
    expect(toldOfDirectory(daemon)).toEqual(['error', 'info']);
  });

  it('count how long the engine takes, and end cleanly', async () => {
    await server.start();
    const daemon = await start();
    expect((await register(await agent(), 'camera', daemon)).status).toBe(200);
    const scraped = await scrape(daemon.addresses['metrics'] ?? '');
    expect(scraped.get('sipcast_directory_write_duration_seconds_count{result="written"}')).toBeGreaterThanOrEqual(1);
    expect(await daemon.child.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(daemon.child.log.lines.filter(({ record }) => record === undefined || record.level === 'warn' || record.level === 'error')).toEqual([]);
  });

  it.each([
    ['a URL of another kind', 'mysql://ana:geheim@127.0.0.1/x'],
    ['a URL whose database is none', 'redis://ana:geheim@127.0.0.1/x'],
    ['half a URL', 'redis://'],
  ])('do not begin with %s: one line, status 2, no password', async (_, url) => {
    const child = spawnService('signaling', ['0', '--directory', url]);
    expect(await child.exited).toEqual({ code: 2, signal: null });
    expect(child.log.lines).toHaveLength(1);
    expect(child.log.toString()).toMatch(/--directory/);
    expect(child.log.toString()).not.toMatch(/geheim/);
  });

  it('never show the password of the engine', async () => {
    const guarded = await RedisServer.start({ password: 'geheim' });
    try {
      const service = await startService('signaling', ['0', '--directory', guarded.url]);
      running.push(service);
      await guarded.kill();
      await until(() => service.child.log.toString().includes('takes no changes'));
      expect(service.child.log.toString()).not.toMatch(/geheim/);
      const printed = spawnService('signaling', ['0', '--directory', guarded.url, '--print-config']);
      await printed.exited;
      expect(printed.log.toString()).toMatch(/directory: redis:/);
      expect(printed.log.toString()).not.toMatch(/geheim/);
    } finally {
      await guarded.remove();
    }
  });
});

function toldOfDirectory({ child }: ServiceProcess): string[] {
  return child.log.lines.flatMap(({ record }) => (record && record.level !== 'debug' && record.msg.includes('the directory') ? [record.level] : []));
}

/** What another process does is looked for again and again. */
async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let poll = 0; poll < POLLS; poll++) {
    if (await holds()) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  throw new Error(`it did not come true within ${(POLLS * POLL_MS) / 1000} s`);
}
