import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../support/front/client.ts';
import { scratchFolder } from '../support/paths.ts';
import { BROWSERS, offerOf } from '../support/sdp-fixtures.ts';
import { startSystem } from '../support/system.ts';
import type { System } from '../support/system.ts';
import { captureFaults, frames } from '../support/tshark/tshark.ts';

const STREAMER = 'Cámara 1';
const UDP_HEADER_BYTES = 8;
/** RFC 3261 §18.1.1: what a datagram may take on any path. */
const DATAGRAM_BYTES = 1300;
/** What one Ethernet frame carries. */
const FRAME_BYTES = 1472;

const folder = scratchFolder('front');
const capture = (service: string) => join(folder.path, `${service}.pcapng`);

let system: System;
let url: string;

beforeAll(async () => {
  system = await startSystem({
    signalingArgs: ['--capture', capture('signaling')],
    streamers: [{ name: STREAMER, args: ['--title', 'The <one>', '--description', 'Señal de prueba', '--image', '/images/sample.svg'] }],
    frontArgs: ['--requests-per-minute', '0'],
  });
  url = system.url.replace(/\/$/, '');
});
afterAll(async () => {
  await system.stop();
  folder.remove();
});

const isListed = ({ streamers }: Record<string, unknown>) => Array.isArray(streamers) && streamers.some((entry: { name: string }) => entry.name === STREAMER);

async function pageOf(viewer: Client) {
  const page = await (await viewer.register()).page();
  await page.next(isListed);
  return page;
}

describe('front with real services', () => {
  it('lists the streamer with title, image and description (seed 4.6, seed 4.18, seed 4.22)', async () => {
    const viewer = new Client(url, 'Ana Núñez');
    const page = await pageOf(viewer);
    const { body } = await viewer.post('/options');
    expect(body).toMatchObject({
      streamers: [{ name: STREAMER, title: 'The <one>', description: 'Señal de prueba', image: '/images/sample.svg', viewers: 0 }],
    });
    await page.close();
  });

  it('brings an answer to every viewer, each with keys of his own (seed 4.8, seed 4.9)', async () => {
    const viewers = Array.from({ length: 10 }, (_, index) => new Client(url, `viewer ${index}`));
    const answers = await Promise.all(viewers.map((viewer, index) => viewer.watch(STREAMER, offerOf(index % 2 === 0 ? 'chromium' : 'firefox'))));
    expect(answers.map(({ status }) => status)).toEqual(viewers.map(() => 200));
    const sdps = answers.map(({ body }) => String(body['sdp']));
    expect(new Set(sdps.map((sdp) => /a=ice-pwd:(.*)/.exec(sdp)?.[1])).size).toBe(10);
    for (const sdp of sdps) expect(sdp).toMatch(/m=audio [1-9][^]*opus[^]*m=video [1-9][^]*VP8/);
    await Promise.all(viewers.map((viewer) => viewer.post('/leave')));
  });

  it('tells the page how many watch, live', async () => {
    const watchedBy = (count: number) => ({ streamers }: Record<string, unknown>) => Array.isArray(streamers) && streamers.some((entry: { viewers: number }) => entry.viewers === count);
    const viewer = new Client(url, 'counted');
    const page = await (await viewer.register()).page();
    // The last of those who have left may still be listed; one who comes in his place would be no news.
    await page.next(watchedBy(0));
    await viewer.watch(STREAMER, offerOf('chromium'));
    await page.next(watchedBy(1));
    await viewer.post('/leave');
    await page.next(watchedBy(0));
    await page.close();
  });

  it('keeps every message in one datagram, and all of it is SIP that Wireshark reads (seed 4.8)', async () => {
    for (const browser of BROWSERS) {
      const viewer = new Client(url, `measured ${browser}`);
      expect((await viewer.watch(STREAMER, offerOf(browser))).status).toBe(200);
      await viewer.post('/leave');
    }
    const sipPorts = system.parts.map(({ process }) => Number(new URL(`udp://${process.addresses['sip'] ?? ''}`).port));
    const descriptions = await frames(capture('signaling'), ['udp.length', 'sip.Method'], { filter: 'sdp', sipPorts });
    const sizes = (isCounted: (method: string | undefined) => boolean) =>
      descriptions.filter(({ 'sip.Method': [method] }) => isCounted(method)).map(({ 'udp.length': [length] }) => Number(length) - UDP_HEADER_BYTES);
    expect(Math.max(...sizes((method) => method === 'INVITE'))).toBeLessThanOrEqual(DATAGRAM_BYTES);
    expect(Math.max(...sizes(() => true))).toBeLessThanOrEqual(FRAME_BYTES);
    expect(await captureFaults(capture('signaling'), { sipPorts })).toEqual([]);
  });

  it('tells pages when signaling is away, and when it is back with all streamers (seed 4.15)', async () => {
    const viewer = new Client(url, 'patient');
    const page = await pageOf(viewer);
    await viewer.watch(STREAMER, offerOf('chromium'));
    await system.signaling.kill();
    await page.next(({ type, state }) => type === 'signaling' && state === 'down');
    expect((await fetch(`${url}/readyz`)).status).toBe(503);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    await system.signaling.start();
    await page.next(({ type, state }) => type === 'signaling' && state === 'up');
    // The list holds a streamer again as soon as it has answered the daemon's 403 with a REGISTER.
    while ((await viewer.post('/streamer', { streamer: STREAMER })).status !== 200) await page.nextOfType('streamers');
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await viewer.post('/offer', { type: 'offer', sdp: offerOf('firefox') })).status).toBe(200);
    await page.close();
  });

  it('says that a streamer that was killed does not answer, or is not there (seed 4.17)', async () => {
    const viewer = new Client(url, 'deserted');
    await (await viewer.register()).post('/streamer', { streamer: STREAMER });
    await system.streamer(STREAMER).kill();
    const answer = await viewer.post('/offer', { type: 'offer', sdp: offerOf('chromium') });
    expect(answer).toMatchObject({ status: 504, body: { error: 'streamer-silent' } });
    await system.streamer(STREAMER).start();
    // Until then the list holds the entry of the one that was killed.
    await system.streamer(STREAMER).process.child.log.waitFor(({ text }) => text.includes('registered as'));
  });

  it('is told when the streamer stops (seed 4.17)', async () => {
    const viewer = new Client(url, 'told');
    const page = await pageOf(viewer);
    expect((await viewer.watch(STREAMER, offerOf('chromium'))).status).toBe(200);
    await system.streamer(STREAMER).stop();
    let [ended, gone] = [false, false];
    await page.next(({ type, streamer, streamers }) => {
      ended ||= type === 'ended' && streamer === STREAMER;
      gone ||= type === 'streamers' && Array.isArray(streamers) && streamers.length === 0;
      return ended && gone;
    });
    await page.close();
  });
});
