import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HEARTBEAT_MS, PageConnection } from '../../../../front/websocket/page-connection.ts';
import { Viewer } from '../../../../front/viewers/viewer.ts';
import { VirtualClock } from '../../../support/sip/virtual-clock.ts';

const clock = new VirtualClock();
const viewer = new Viewer('ana', 'token', '127.0.0.1');
const http = createServer();
const server = new WebSocketServer({ server: http });

beforeEach(async () => {
  http.listen(0, '127.0.0.1');
  await once(http, 'listening');
});
afterEach(async () => {
  for (const socket of server.clients) socket.terminate();
  http.close();
  await once(http, 'close');
});

/** Both ends of a real connection; the server's one under virtual time. */
async function connected(options: { autoPong: boolean }) {
  const accepted = once(server, 'connection');
  const page = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`, options);
  page.on('error', () => undefined);
  const [socket] = (await accepted) as [WebSocket];
  await once(page, 'open');
  const closed = new Promise<void>((resolve) => new PageConnection({ socket, viewer, clock, serve: () => undefined, onClosed: resolve }));
  return { page, socket, closed };
}

describe('a page\'s connection', () => {
  it('is kept while the page answers pings', async () => {
    const { page, socket } = await connected({ autoPong: true });
    for (let beat = 0; beat < 3; beat++) {
      const pong = once(socket, 'pong');
      clock.tick(HEARTBEAT_MS);
      await pong;
    }
    expect(page.readyState).toBe(WebSocket.OPEN);
  });

  it('is cut off when the page no longer answers', async () => {
    const { page, closed } = await connected({ autoPong: false });
    const pinged = once(page, 'ping');
    clock.tick(HEARTBEAT_MS);
    await pinged;
    clock.tick(HEARTBEAT_MS);
    await closed;
    expect(clock.pending).toBe(0);
  });

  it('is cut off when the page does not read', async () => {
    const accepted = once(server, 'connection');
    const page = new WebSocket(`ws://127.0.0.1:${(http.address() as AddressInfo).port}`);
    page.on('error', () => undefined);
    const [socket] = (await accepted) as [WebSocket];
    await once(page, 'open');
    page.pause();
    let connection: PageConnection | undefined;
    const closed = new Promise<void>((resolve) => (connection = new PageConnection({ socket, viewer, clock, serve: () => undefined, onClosed: resolve })));
    for (let i = 0; i < 300; i++) connection?.send('x'.repeat(64 * 1024));
    await closed;
  });
});
