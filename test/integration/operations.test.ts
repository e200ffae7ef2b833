/** What operators rely on while the services run: health that means what it says, figures, and logs in which one call is found in every service. */
import { mkdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../shared/launcher/free-port.ts';
import { Client } from '../support/front/client.ts';
import { scrape, totalOf } from '../support/metrics/scrape.ts';
import { repository, scratchFolder } from '../support/paths.ts';
import { startService } from '../support/processes/service.ts';
import type { ServiceProcess } from '../support/processes/service.ts';
import { WeriftViewer } from '../support/streamer/werift-viewer.ts';
import { startSystem } from '../support/system.ts';
import type { System, SystemPart } from '../support/system.ts';

const SAMPLE = join(repository, 'data', 'sample.webm');
const SECRET = 'a secret of the services';
const FIRST_PORT = 23_000;

async function ask({ addresses }: ServiceProcess, path: '/healthz' | '/readyz') {
  const answer = await fetch(new URL(path, addresses['metrics']));
  return { status: answer.status, body: (await answer.json()) as Record<string, string> };
}

describe('health', () => {
  const folder = scratchFolder('health');
  const running: ServiceProcess[] = [];
  afterEach(async () => {
    for (const { child } of running.splice(0).reverse()) await child.end();
  });
  afterAll(() => folder.remove());

  async function start(...args: Parameters<typeof startService>): Promise<ServiceProcess> {
    const service = await startService(args[0], [...args[1], '--metrics-port', '0'], args[2]);
    running.push(service);
    return service;
  }

  it('tells of a streamer without signaling, of a directory that cannot be written or read, and when all is well again', async () => {
    const port = String(await freePort('udp', '127.0.0.1', FIRST_PORT + (process.pid % 10_000)));
    const directory = join(folder.path, 'directory.xml');
    const streamer = await start('streamer', [SAMPLE, '127.0.0.1', port, '--name', 'film']);
    expect(await ask(streamer, '/readyz')).toEqual({ status: 503, body: { status: 'not-ready', started: 'up', signaling: 'down' } });
    expect(await ask(streamer, '/healthz')).toEqual({ status: 200, body: { status: 'ok', eventLoop: 'up' } });

    const signaling = await start('signaling', [port, '--directory', directory]);
    expect(await ask(signaling, '/readyz')).toEqual({ status: 200, body: { status: 'ready', started: 'up', directory: 'up', socket: 'up' } });
    await streamer.child.log.waitFor(({ text }) => text.includes('registered as'));
    expect(await ask(streamer, '/readyz')).toEqual({ status: 200, body: { status: 'ready', started: 'up', signaling: 'up' } });

    // Nothing can be written where a folder stands in the way, not even that a streamer leaves.
    mkdirSync(`${directory}.tmp`);
    await streamer.child.end();
    await signaling.child.log.waitFor(({ text }) => text.includes('cannot be written'));
    expect(await ask(signaling, '/healthz')).toEqual({ status: 503, body: { status: 'ill', eventLoop: 'up', directory: 'down' } });
    rmdirSync(`${directory}.tmp`);
    await signaling.child.log.waitFor(({ text }) => text.includes('can be written again'));
    expect(await ask(signaling, '/healthz')).toEqual({ status: 200, body: { status: 'ok', eventLoop: 'up', directory: 'up' } });
    rmSync(directory);
    expect(await ask(signaling, '/readyz')).toMatchObject({ status: 503, body: { directory: 'down' } });
  });
});

describe('a call', () => {
  let system: System;
  let viewer: WeriftViewer;
  let client: Client;
  let descriptions: string;
  beforeAll(async () => {
    const env = { SIPCAST_METRICS_PORT: '0', SIPCAST_SECRET: SECRET };
    system = await startSystem({ streamers: [{ name: 'film', file: SAMPLE, args: ['--workers', '2', '--fanout', 'portable'] }], env });
    await system.streamer('film').process.child.log.waitFor(({ text }) => text.includes('registered as'));
    viewer = new WeriftViewer();
    client = new Client(system.url.replace(/\/$/, ''), 'Ana');
    const offer = await viewer.offer();
    const { body } = await client.watch('film', offer);
    const answer = String(body['sdp']);
    descriptions = `${offer}\n${answer}`;
    await viewer.accept(answer);
    await viewer.until(({ video, audio }) => video.frames > 10 && audio.packets > 10);
    await client.post('/leave');
    await system.streamer('film').process.child.log.waitFor(({ text }) => text.includes('viewer gone'));
  });
  afterAll(async () => {
    await viewer.close();
    await system.stop();
  });

  const linesOf = ({ process }: SystemPart) => process.child.log.lines;

  it('is found by its Call-ID in the log of every service it goes through, from beginning to end', async () => {
    const watching = await system.front.process.child.log.waitFor(({ record }) => record?.msg === 'watching');
    const callId = String(watching.record?.['callId']);
    // What is repeated on the wire is told again.
    const said = (part: SystemPart) => [...new Set(linesOf(part).flatMap(({ record }) => (record?.['callId'] === callId ? [record.msg] : [])))];
    expect(said(system.front)).toEqual(['calling', 'answered', 'watching', 'hanging up']);
    expect(said(system.signaling)).toEqual(['relaying to a name', 'relaying an answer', 'relaying an ACK', 'relaying a request of a call']);
    expect(said(system.streamer('film'))).toEqual(expect.arrayContaining(['a viewer calls', 'the viewer has the answer', 'viewer connected', 'the first frame is sent', 'viewer gone (dialog ended: remote-bye)']));
  });

  it('leaves no secret in any log', () => {
    const passwords = [...descriptions.matchAll(/a=ice-pwd:(\S+)/g)].map(([, password = '']) => password);
    expect(passwords.length).toBeGreaterThanOrEqual(2);
    const cookie = client.cookie?.split('=')[1] ?? '';
    expect(cookie.length).toBeGreaterThan(20);
    for (const part of system.parts) {
      expect(linesOf(part).length).toBeGreaterThan(0);
      const text = linesOf(part).map((line) => line.text).join('\n');
      for (const hidden of [SECRET, cookie, ...passwords]) expect(text).not.toContain(hidden);
    }
  });

  it('is counted, also what a worker thread sent to a viewer who has left', async () => {
    const scraped = await scrape(system.streamer('film').process.addresses['metrics'] ?? '');
    expect(scraped.get('sipcast_streamer_calls_total{result="answered"}')).toBe(1);
    expect(scraped.get('sipcast_time_to_first_frame_seconds_count')).toBe(1);
    expect(scraped.get('sipcast_time_to_first_frame_seconds_sum')).toBeLessThan(10);
    expect(scraped.get('sipcast_media_packets_total{direction="sent"}')).toBeGreaterThanOrEqual(viewer.video.packets + viewer.audio.packets);
    expect(scraped.get('sipcast_media_bytes_total{direction="sent"}')).toBeGreaterThan(1_000);
    expect([scraped.get('sipcast_streamer_viewers'), scraped.get('sipcast_streamer_registered')]).toEqual([0, 1]);
    const daemon = await scrape(system.signaling.process.addresses['metrics'] ?? '');
    expect([daemon.get('sipcast_signaling_calls_total'), totalOf(daemon, 'sipcast_signaling_sessions')]).toEqual([1, 1]);
    const front = await scrape(system.front.process.addresses['metrics'] ?? '');
    expect(front.get('sipcast_http_requests_total{method="POST",route="/offer",status="200"}')).toBe(1);
  });
});
