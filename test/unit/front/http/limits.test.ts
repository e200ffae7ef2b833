import { once } from 'node:events';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { describe, expect, it } from 'vitest';
import { closeServer, createHttpServer, listen } from '../../../../front/http/server.ts';
import { Client } from '../../../support/front/client.ts';
import { startFront } from '../../../support/front/start-front.ts';

describe('what one address may do', () => {
  it('is to register so often a minute: 429 and Retry-After beyond', async () => {
    const front = await startFront({ requestsPerMinute: 10 });
    const answers = await Promise.all(Array.from({ length: 30 }, (_, index) => new Client(front.url, `v${index}`).post('/register')));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    expect(refused).toHaveLength(20);
    expect(refused[0]?.body).toMatchObject({ error: 'too-many-requests' });
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0);
    expect((await fetch(`${front.url}/healthz`)).status).toBe(200);
    await front.close();
  });

  it('is to hold so many names', async () => {
    const front = await startFront({ requestsPerMinute: 0, maxNamesPerAddress: 30 });
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => new Client(front.url, `v${index}`).post('/register')));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(30);
    expect(answers.find(({ status }) => status !== 200)).toMatchObject({ status: 429, body: { error: 'too-many-names' } });
    await front.close();
  });
});

describe('a slow client', () => {
  it('is told 408 and cut off, whether its headers or its body are slow', async () => {
    const server = createHttpServer((request) => request.resume(), { headersMs: 100, requestMs: 200, checkMs: 20 });
    await listen(server, '127.0.0.1', 0);
    const { port } = server.address() as AddressInfo;
    for (const beginning of ['POST /register HTTP/1.1\r\nHost:', 'POST /register HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{']) {
      const socket = connect(port, '127.0.0.1', () => socket.write(beginning));
      let text = '';
      socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
      await once(socket, 'close');
      expect(text).toMatch(/^HTTP\/1\.1 408 /);
    }
    await closeServer(server);
  });
});

describe('stopping', () => {
  it('does not wait for ever for a request under way', async () => {
    const front = await startFront({}, { streamers: [{ name: 'cam' }] });
    front.peer.takeCall = () => undefined;
    const { hostname, port } = new URL(front.url);
    const stuck = connect(Number(port), hostname, () => stuck.write('POST /register HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\n{'));
    stuck.on('error', () => undefined);
    await once(stuck, 'connect');
    await front.close();
  });

  it('is no trouble twice, nor without signaling', async () => {
    const front = await startFront();
    front.peer.silent = true;
    await Promise.all([front.stop(), front.stop()]);
    await front.close();
  });
});
