import type { Socket } from 'node:net';
import { WebSocket } from 'ws';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../../../support/front/client.ts';
import { anyText } from '../../../support/front/expectations.ts';
import { startFront } from '../../../support/front/start-front.ts';
import type { RunningFront } from '../../../support/front/start-front.ts';

const CAM = { name: 'cam', address: '127.0.0.1:9', title: 'T', image: '', description: '', viewers: 0 };

let front: RunningFront;
let count = 0;

beforeAll(async () => {
  front = await startFront({ requestsPerMinute: 0 }, { streamers: [CAM] });
});
afterAll(() => front.close());

async function someone(): Promise<Client> {
  return new Client(front.url, `viewer ${count++}`).register();
}

/** The status and body that an upgrade request is refused with. */
function refusal(path: string, headers: Record<string, string>): Promise<{ status: number | undefined; body: unknown }> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(front.url.replace('http', 'ws') + path, { headers });
    socket.on('error', () => undefined).on('open', () => reject(new Error('it was let in')));
    socket.on('unexpected-response', (_request, response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode, body: JSON.parse(text) }));
    });
  });
}

describe('the WebSocket', () => {
  it('tells at once who streams and whether signaling answers, and every change without reloading (seed 4.18)', async () => {
    const page = await (await someone()).page();
    const isUp = (message: Record<string, unknown>) => message['type'] === 'signaling' && message['state'] === 'up';
    await page.next(isUp);
    expect(await page.nextOfType('streamers')).toEqual({ type: 'streamers', streamers: [CAM] });
    front.peer.publish([CAM, { ...CAM, name: 'new' }]);
    expect(await page.nextOfType('streamers')).toMatchObject({ streamers: [{ name: 'cam' }, { name: 'new' }] });
    front.peer.publish([]);
    expect(await page.nextOfType('streamers')).toEqual({ type: 'streamers', streamers: [] });
    front.peer.publish([CAM]);
    await page.nextOfType('streamers');
    await page.close();
  });

  it('answers a ping, with the same data (seed 2.9)', async () => {
    const page = await (await someone()).page();
    page.socket.send('{"type":"ping"}');
    expect(await page.nextOfType('pong')).toEqual({ type: 'pong' });
    for (const data of [7, null, 'Grüße\n<b>', { at: [1, { deep: true }] }]) {
      page.socket.send(JSON.stringify({ type: 'ping', data }));
      expect(await page.nextOfType('pong')).toEqual({ type: 'pong', data });
    }
    await page.close();
  });

  it('says what is wrong with a message, and stays open', async () => {
    const page = await (await someone()).page();
    for (const text of ['nonsense', '', '[]', '7', '{"type":"watch"}', '{"__proto__":{"type":"ping"}}', '['.repeat(4000)]) {
      page.socket.send(text);
      expect(await page.nextOfType('error')).toMatchObject({ error: 'bad-message', message: anyText });
    }
    page.socket.send('{"type":"ping"}');
    await page.nextOfType('pong');
    await page.close();
  });

  it('lets in only who proves a name: 401 (seed 4.5)', async () => {
    const unknown = { status: 401, body: { error: 'not-registered' } };
    expect(await refusal('/ws', {})).toMatchObject(unknown);
    expect(await refusal('/ws', { cookie: 'sipcast=a.b.c' })).toMatchObject(unknown);
    const { cookie = '' } = await someone();
    expect(await refusal('/ws?name=somebody%20else', { cookie })).toMatchObject(unknown);
  });

  it('lets in pages of this server only: 403', async () => {
    const viewer = await someone();
    expect(await refusal('/ws', { cookie: viewer.cookie ?? '', origin: 'https://evil.example' })).toMatchObject({ status: 403, body: { error: 'foreign-origin' } });
    const page = await viewer.page({ origin: front.url });
    await page.close();
  });

  it.each(['/', '/wss', '/ws/x', '//', '/%', '/register'])('is nowhere but at /ws: %s', async (path) => {
    expect(await refusal(path, {})).toMatchObject({ status: 404, body: { error: 'unknown-route' } });
  });

  it('serves the name that a browser with several asks for', async () => {
    const one = await someone();
    const two = new Client(front.url, 'a second Ünal', one.cookie);
    await two.register();
    const page = await two.page({}, `?name=${encodeURIComponent(one.name)}`);
    await page.nextOfType('signaling');
    await page.close();
  });

  it('is limited to a few pages a name: 429', async () => {
    const viewer = await someone();
    const pages = await Promise.all(Array.from({ length: 8 }, () => viewer.page()));
    expect(await refusal('/ws', { cookie: viewer.cookie ?? '' })).toMatchObject({ status: 429, body: { error: 'too-many-connections' } });
    await Promise.all(pages.map((page) => page.close()));
  });

  it('closes on a flood of messages, a huge one, and a binary one', async () => {
    const flooder = await (await someone()).page();
    for (let i = 0; i < 1000; i++) flooder.socket.send('{"type":"ping"}');
    expect(await flooder.closed).toBe(1008);
    const huge = await (await someone()).page();
    huge.socket.send('x'.repeat(1024 * 1024));
    expect(await huge.closed).toBe(1009);
    const binary = await (await someone()).page();
    binary.socket.send(Buffer.from([1, 2, 3]));
    expect(await binary.closed).toBe(1003);
    expect((await fetch(`${front.url}/healthz`)).status).toBe(200);
  });

  it('survives frames that are none', async () => {
    const page = await (await someone()).page();
    const raw = (page.socket as unknown as { _socket: Socket })._socket;
    raw.write(Buffer.from([0xff, 0xff, 0, 1, 2, 3]));
    expect(await page.closed).toBe(1002);
    expect((await fetch(`${front.url}/healthz`)).status).toBe(200);
  });

  it('is closed with 1001 when the server stops', async () => {
    const own = await startFront();
    const page = await (await new Client(own.url, 'ana').register()).page();
    await own.stop();
    expect(await page.closed).toBe(1001);
    await own.close();
  });
});
