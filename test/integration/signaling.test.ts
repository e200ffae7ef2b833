import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Agent } from '../../shared/sip/agent/agent.ts';
import type { AgentOptions } from '../../shared/sip/agent/agent.ts';
import type { Dialog } from '../../shared/sip/dialog/dialog.ts';
import type { SipResponse } from '../../shared/sip/message/message.ts';
import { sipUri } from '../../shared/sip/message/uri.ts';
import { UdpTransport } from '../../shared/sip/transport/udp-transport.ts';
import { readDirectory } from '../../signaling/directory/xml/reader.ts';
import type { DirectoryContents } from '../../signaling/directory/xml/reader.ts';
import { scrape } from '../support/metrics/scrape.ts';
import { dist, scratchFolder } from '../support/paths.ts';
import { Child } from '../support/processes/child.ts';
import { spawnService, startService } from '../support/processes/service.ts';
import type { ServiceProcess } from '../support/processes/service.ts';

const OFFER = 'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=audio 9 UDP/TLS/RTP/SAVPF 111\r\n';
const ANSWER = OFFER.replace('- 1 1', '- 2 2');

describe('The signaling process', () => {
  let folder: ReturnType<typeof scratchFolder>;
  let path: string;
  let agents: Agent[];
  let running: ServiceProcess[];

  beforeEach(() => {
    folder = scratchFolder('signaling');
    path = join(folder.path, 'directory.xml');
    agents = [];
    running = [];
  });

  afterEach(async () => {
    for (const agent of agents) await agent.close(0);
    for (const { child } of running) await child.end();
    folder.remove();
  });

  async function start(port = 0, args: readonly string[] = []): Promise<ServiceProcess & { port: number }> {
    const service = await startService('signaling', [String(port), '--directory', path, ...args]);
    running.push(service);
    return { ...service, port: Number(service.addresses['sip']?.split(':').at(-1)) };
  }

  async function agent(options: Partial<AgentOptions> = {}): Promise<Agent> {
    const made = new Agent({ transport: await UdpTransport.bind({ host: '127.0.0.1', port: 0 }), ...options });
    agents.push(made);
    return made;
  }

  function register(by: Agent, name: string, port: number, options: { callId?: string; cseq?: number; expires?: number } = {}): Promise<SipResponse> {
    const aor = sipUri(name, '127.0.0.1', port);
    const request = by.createRequest('REGISTER', `sip:127.0.0.1:${port}`, {
      from: aor,
      to: aor,
      ...options,
      headers: { Contact: `<${sipUri(name, '127.0.0.1', by.local.port)}>`, Expires: String(options.expires ?? 60) },
      body: JSON.stringify({ title: `${name} <live>`, description: 'Plaza & café', image: '/images/a.svg', codecs: { audio: ['opus'], video: ['VP8'] } }),
      contentType: 'application/json',
    });
    return by.request(request);
  }

  async function list(by: Agent, port: number): Promise<{ name: string; title: string }[]> {
    const response = await by.request(by.createRequest('OPTIONS', `sip:127.0.0.1:${port}`, { from: 'sip:front@127.0.0.1' }));
    return (JSON.parse(response.bodyText()) as { streamers: { name: string; title: string }[] }).streamers;
  }

  function onDisk(): DirectoryContents {
    return readDirectory(readFileSync(path, 'utf8'));
  }

  it('says where it listens, and ends cleanly with SIGTERM (seed 4.1)', async () => {
    const { child, addresses } = await start();
    expect(addresses['sip']).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(await child.end('SIGTERM')).toEqual({ code: 0, signal: null });
    expect(child.log.lines.filter(({ record }) => record === undefined || record.level === 'warn' || record.level === 'error')).toEqual([]);
  });

  it('keeps its directory at data/directory.xml unless told otherwise (seeds 4.1, 4.14)', async () => {
    const service = await startService('signaling', ['0'], { cwd: folder.path });
    running.push(service);
    expect(existsSync(join(folder.path, 'data', 'directory.xml'))).toBe(true);
  });

  it.each([
    ['beyond loopback without a secret', ['0', '--host', '0.0.0.0'], /secret/],
    ['with a port that is none', ['99999'], /port/],
    ['with limits that contradict each other', ['0', '--min-expires', '100', '--max-expires', '50'], /min-expires/],
    ['where its directory is a folder', ['0', '--directory', '/'], /cannot open the directory/],
  ])('refuses to start %s: one line, status 2 (seed 4.1)', async (_, args, reason) => {
    const child = spawnService('signaling', args);
    expect(await child.exited).toEqual({ code: 2, signal: null });
    expect(child.log.lines).toHaveLength(1);
    expect(child.log.lines[0]?.text).toMatch(reason);
  });

  it('refuses a port that another program uses, and leaves that one’s directory alone (seed 4.1)', async () => {
    const taken = createSocket('udp4');
    taken.bind(0, '127.0.0.1');
    await once(taken, 'listening');
    const child = spawnService('signaling', [String(taken.address().port), '--directory', path]);
    expect(await child.exited).toEqual({ code: 2, signal: null });
    expect(child.log.toString()).toMatch(/another program uses it/);
    taken.close();
  });

  it('refuses a directory that another daemon uses, and takes it as soon as that one was killed (seed 4.14)', async () => {
    const { child } = await start();
    const second = spawnService('signaling', ['0', '--directory', path]);
    expect(await second.exited).toEqual({ code: 2, signal: null });
    expect(second.log.toString()).toMatch(/another signaling daemon uses it/);
    await child.end('SIGKILL');
    await start();
  });

  it('listens everywhere with a secret, and tells an address that others can reach (seed 4.22)', async () => {
    const { port } = await start(0, ['--host', '0.0.0.0', '--secret', 's3cret', '--advertise', '127.0.0.1']);
    const camera = await agent({ credentials: { username: 'camera', password: 's3cret' } });
    expect((await register(camera, 'camera', port)).status).toBe(200);
    camera.onCall(async (call) => {
      expect(call.request.recordRoutes.map(({ uri }) => uri)).toEqual([`sip:127.0.0.1:${port};lr`]);
      await call.accept(202, ANSWER);
    });
    const front = await agent({ credentials: { username: 'front', password: 's3cret' } });
    const { dialog } = await front.invite(front.createRequest('INVITE', `sip:camera@127.0.0.1:${port}`, { from: 'sip:v@127.0.0.1', body: OFFER, contentType: 'application/sdp' })).answered;
    await dialog.bye();
    const stranger = await agent({ credentials: { username: 'front', password: 'wrong' } });
    const refused = await stranger.request(stranger.createRequest('OPTIONS', `sip:127.0.0.1:${port}`, { from: 'sip:x@127.0.0.1' }));
    expect(refused.status).toBe(401);
  });

  it('is killed and comes back: streamers register again, calls go on and can be ended (seeds 4.8, 4.15, 4.16, 4.17)', async () => {
    const first = await start();
    const { port } = first;
    const name = 'Cámara de José';
    const camera = await agent();
    const registered = await register(camera, name, port, { callId: 'life', cseq: 1 });
    expect(registered.status).toBe(200);
    const told = new Promise<SipResponse>((resolve) => camera.onStrayResponse(resolve));
    const answered = new Promise<Dialog>((resolve) => camera.onCall(async (call) => resolve(await call.accept(202, ANSWER))));

    const front = await agent();
    const uri = sipUri(name, '127.0.0.1', port);
    const { dialog: near, response } = await front.invite(front.createRequest('INVITE', uri, { from: 'sip:ana@127.0.0.1', body: OFFER, contentType: 'application/sdp' })).answered;
    expect([response.status, response.bodyText()]).toEqual([202, ANSWER]);
    const far = await answered;
    await untilOnDisk(() => onDisk().sessions.some(({ state }) => state === 'connection-established'));
    expect(onDisk().sessions).toMatchObject([{ viewer: 'ana', streamer: name, offer: OFFER, answer: ANSWER }]);

    await first.child.end('SIGKILL');
    await start(port);
    const forbidden = await told;
    expect([forbidden.status, forbidden.callId, forbidden.cseq.method]).toEqual([403, 'life', 'REGISTER']);
    expect((await register(camera, name, port, { callId: 'life', cseq: 2 })).status).toBe(200);
    expect(await list(front, port)).toMatchObject([{ name, title: `${name} <live>` }]);

    const heard = new Promise<string>((resolve) => far.onEnded(resolve));
    await near.bye();
    expect(await heard).toBe('remote-bye');
    await untilOnDisk(() => onDisk().sessions.some(({ state }) => state === 'connection-finished'));
  });

  it('sets a corrupt directory aside, says so, and serves (seed 4.14)', async () => {
    writeFileSync(path, '<data-base><streamers><streamer>');
    const { port, child } = await start();
    expect((await register(await agent(), 'camera', port)).status).toBe(200);
    expect(readdirSync(folder.path).filter((file) => file.startsWith('directory.xml.corrupt-'))).toHaveLength(1);
    const warnings = child.log.lines.filter(({ record }) => record?.level === 'warn');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]?.record?.msg).toMatch(/could not be read .* new one was begun/);
    expect(onDisk().streamers).toMatchObject([{ name: 'camera' }]);
  });

  it('acknowledges nothing while its disk refuses, says so once, and recovers', async () => {
    const { port, child } = await start();
    const camera = await agent();
    mkdirSync(`${path}.tmp`);
    expect((await register(camera, 'a', port)).status).toBe(503);
    expect((await register(camera, 'b', port)).status).toBe(503);
    expect(await list(camera, port)).toEqual([]);
    rmSync(`${path}.tmp`, { recursive: true });
    expect((await register(camera, 'a', port)).status).toBe(200);
    expect(onDisk().streamers).toHaveLength(1);
    const messages = child.log.lines.flatMap(({ record }) => (record && record.level !== 'debug' && record.msg.includes('directory') ? [record.level] : []));
    expect(messages).toEqual(['error', 'info']);
  });

  it('acknowledges nothing that does not fit on its disk, and goes on when there is room again', async () => {
    // A file may have so many blocks of 1,024 bytes: what is larger is written in part and then refused, as on a full disk.
    const script = 'ulimit -f 8; exec "$0" "$@"';
    const child = new Child('bash', ['-c', script, process.execPath, join(dist, 'signaling', 'main.js'), '0', '--directory', path], {
      name: 'signaling',
      env: { SIPCAST_LOG_FORMAT: 'json' },
    });
    const ready = await child.message((message): message is { addresses: Record<string, string> } => typeof message === 'object' && message !== null && 'addresses' in message);
    running.push({ child, addresses: ready.addresses });
    const port = Number(ready.addresses['sip']?.split(':').at(-1));
    const camera = await agent();
    const accepted: string[] = [];
    let refused = 0;
    for (let index = 0; refused < 3; index++) {
      const { status } = await register(camera, `streamer ${index}`, port);
      if (status === 200) accepted.push(`streamer ${index}`);
      else refused++;
    }
    expect(accepted.length).toBeGreaterThan(3);
    expect(onDisk().streamers.map(({ name }) => name)).toEqual(accepted);
    const [first = ''] = accepted;
    expect((await register(camera, first, port, { expires: 0 })).status).toBe(200);
    expect((await register(camera, 'late', port)).status).toBe(200);
    expect(onDisk().streamers.map(({ name }) => name)).toEqual([...accepted.slice(1), 'late']);
  });

  it('writes what it only kept in memory when it is told to stop', async () => {
    const { port, child } = await start();
    const camera = await agent();
    await register(camera, 'camera', port, { callId: 'x', cseq: 1 });
    await register(camera, 'camera', port, { callId: 'x', cseq: 2 });
    await child.end('SIGTERM');
    expect(onDisk().streamers[0]?.bindings[0].cseq).toBe(2);
  });

  it('counts what it does, where it is asked to', async () => {
    const service = await startService('signaling', ['0', '--directory', path, '--metrics-port', '0']);
    running.push(service);
    const camera = await agent();
    await register(camera, 'camera', Number(service.addresses['sip']?.split(':').at(-1)));
    const scraped = await scrape(service.addresses['metrics'] ?? '');
    expect(scraped.get('sipcast_signaling_registrations{kind="streamer"}')).toBe(1);
    expect(scraped.get('sipcast_sip_requests_total{direction="received",method="REGISTER"}')).toBe(1);
    expect(scraped.get('sipcast_sip_responses_total{direction="sent",method="REGISTER",status="2xx"}')).toBe(1);
    expect(scraped.get('sipcast_directory_write_duration_seconds_count{result="written"}')).toBeGreaterThanOrEqual(1);
  });
});

/** The file is written by another process: its changes are looked for, each time that it changes. */
async function untilOnDisk(holds: () => boolean): Promise<void> {
  for (let wait = 0; wait < 500; wait++) {
    if (holds()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error('what should have come to disk did not within 10 s');
}
