import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../shared/sip/index.ts';
import { openSource } from '../../streamer/source/open.ts';
import { Client } from '../support/front/client.ts';
import { dist, repository, scratchFolder } from '../support/paths.ts';
import { Child } from '../support/processes/child.ts';
import { startService } from '../support/processes/service.ts';
import { WeriftPublisher } from '../support/streamer/werift-publisher.ts';
import { WeriftViewer } from '../support/streamer/werift-viewer.ts';
import { startSystem } from '../support/system.ts';
import type { System, SystemPlan } from '../support/system.ts';
import { postOffer, WhipSession } from '../support/whip/whip-client.ts';

const CLEAN = { code: 0, signal: null };
const SAMPLE = join(repository, 'data', 'sample.webm');
const MEDIA = ['--media-host', '127.0.0.1'];

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function start(plan: SystemPlan): Promise<{ system: System; url: string }> {
  const system = await startSystem(plan);
  closing.push(() => system.stop());
  for (const { process } of system.streamers) await process.child.log.waitFor(({ text }) => text.includes('registered as'));
  return { system, url: system.url.replace(/\/$/, '') };
}

/** Somebody who watches, and sees pictures. */
async function watching(url: string, name: string, streamer: string): Promise<{ client: Client; viewer: WeriftViewer }> {
  const client = new Client(url, name);
  const viewer = new WeriftViewer();
  closing.push(() => viewer.close());
  await client.register();
  const page = await client.page();
  await page.next(({ streamers }) => Array.isArray(streamers) && streamers.some((each) => (each as { name?: unknown }).name === streamer));
  const { status, body } = await client.watch(streamer, await viewer.offer());
  expect(status, JSON.stringify(body)).toBe(200);
  await viewer.accept(String(body['sdp']));
  await seesMore(viewer);
  return { client, viewer };
}

async function seesMore(viewer: WeriftViewer): Promise<void> {
  const { frames } = viewer.video;
  await viewer.until(({ video }) => video.frames >= frames + 10);
}

function drains(child: Child): Promise<unknown> {
  child.signal('SIGTERM');
  return child.log.waitFor(({ text }) => text.includes('draining (SIGTERM)'));
}

describe('a service that drains', () => {
  it('a streamer leaves the directory, goes on for whoever watches, and ends when the last has left', async () => {
    const { system, url } = await start({ streamers: [{ name: 'film', file: SAMPLE, args: ['--drain', '60', ...MEDIA] }] });
    const { client, viewer } = await watching(url, 'Ana', 'film');
    const { child } = system.streamer('film').process;
    await drains(child);
    const late = await new Client(url, 'Bo').register();
    await (await late.page()).next(({ streamers }) => Array.isArray(streamers) && streamers.length === 0);
    expect(await late.post('/streamer', { streamer: 'film' })).toMatchObject({ status: 404 });
    await seesMore(viewer);
    await client.post('/leave');
    expect(await child.exited).toEqual(CLEAN);
    expect(child.log.toString()).toContain('stopping (SIGTERM, and nobody is left)');
  });

  it('ends the calls that are left when the time is over', async () => {
    const { system, url } = await start({ streamers: [{ name: 'film', file: SAMPLE, args: ['--drain', '0.5', ...MEDIA] }] });
    const { client } = await watching(url, 'Ana', 'film');
    const page = await client.page();
    const { child } = system.streamer('film').process;
    await drains(child);
    expect(await page.nextOfType('ended')).toMatchObject({ streamer: 'film' });
    expect(await child.exited).toEqual(CLEAN);
    expect(child.log.toString()).toContain('and nobody is waited for any longer');
  });

  it('an ingest takes nobody else who would publish, lets others watch, and ends when nobody publishes any more', async () => {
    const { system, url } = await start({ streamers: [] });
    const [host, port] = (system.signaling.process.addresses['sip'] ?? '').split(':');
    const { child } = await startService('streamer', ['--publish', host ?? '', port ?? '', '--drain', '60', ...MEDIA]);
    closing.push(() => child.end('SIGKILL'));
    await child.log.waitFor(({ text }) => text.includes('registered as'));
    const publisher = new WeriftPublisher();
    closing.push(() => publisher.close());
    const session = await WhipSession.begin(`${url}/whip/live`, await publisher.offer());
    await publisher.connect(session.answer);
    const { source } = await openSource({ input: SAMPLE, ffmpeg: undefined, environment: {}, clock: systemClock, random: Math.random, warn: () => undefined });
    closing.push(() => source.stop());
    publisher.play(source);
    const { viewer } = await watching(url, 'Ana', 'live');
    await drains(child);
    expect((await postOffer(`${url}/whip/another`, await new WeriftPublisher().offer())).status).toBe(503);
    await seesMore(viewer);
    await watching(url, 'Bo', 'live');
    await session.end();
    expect(await child.exited).toEqual(CLEAN);
  });

  it('front lets nobody new in and is not ready, signaling begins no calls, and what goes on stays until a second signal', async () => {
    const drain = ['--drain', '60'];
    const { system, url } = await start({ streamers: [{ name: 'film', file: SAMPLE, args: MEDIA }], frontArgs: drain, signalingArgs: drain });
    const { client, viewer } = await watching(url, 'Ana', 'film');
    const another = await new Client(url, 'Cleo').register();
    await another.post('/streamer', { streamer: 'film' });
    const [front, signaling] = [system.front.process.child, system.signaling.process.child];
    await drains(signaling);
    expect(await another.post('/offer', { type: 'offer', sdp: await new WeriftViewer().offer() })).toMatchObject({ status: 503 });
    await drains(front);
    const ready = await fetch(`${url}/readyz`);
    expect(ready.status).toBe(503);
    expect(await ready.json()).toMatchObject({ status: 'not-ready', signaling: 'up' });
    expect(await new Client(url, 'Bo').post('/register')).toMatchObject({ status: 503, body: { error: 'stopping' } });
    expect(await client.register()).toBe(client);
    await seesMore(viewer);
    front.signal('SIGTERM');
    expect(await front.exited).toEqual(CLEAN);
    expect(await signaling.exited).toEqual(CLEAN);
    expect(signaling.log.toString()).toContain('and nobody is left');
  });
});

describe('sipcast start', () => {
  it('drains its services, keeps signaling for them, and ends all at a second signal', async () => {
    const folder = scratchFolder('drain');
    closing.push(folder.remove);
    const config = join(folder.path, 'sipcast.yaml');
    writeFileSync(config, 'drain: 60\nsignaling:\n  port: 0\nfront:\n  http-port: 0\n');
    const child = new Child(process.execPath, [join(dist, 'shared/launcher/main.js'), '--config', config], { name: 'sipcast start', cwd: folder.path, env: { SIPCAST_LOG_FORMAT: 'json' } });
    closing.push(() => child.end('SIGKILL'));
    const { text } = await child.log.waitFor((line) => /ready: open http/.test(line.text));
    const url = /http:[\d.:/]+\d/.exec(text)?.[0] ?? '';
    await new Client(url, 'Ana').register();
    await drains(child);
    await child.log.waitFor(({ record }) => record?.['service'] === 'front' && record.msg.startsWith('draining'));
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    child.signal('SIGTERM');
    expect(await child.exited).toEqual(CLEAN);
    expect(child.log.lines.filter(({ record }) => record?.msg === 'stopped')).toHaveLength(6);
  });
});
