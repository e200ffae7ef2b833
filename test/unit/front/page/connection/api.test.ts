import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Api, leaveBeacon } from '../../../../../front/page/src/connection/api.ts';
import { failureOf } from '../../../../../front/page/src/connection/failure.ts';
import type { Failure } from '../../../../../front/page/src/connection/failure.ts';

interface Answer {
  status?: number;
  headers?: Record<string, string>;
  body: string;
}

describe('the JSON interface of front', () => {
  let server: Server;
  let base: string;
  let answer: Answer;
  let heard: { path: string; body: unknown }[];

  beforeEach(async () => {
    heard = [];
    server = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        heard.push({ path: request.url ?? '', body: JSON.parse(text) });
        response.writeHead(answer.status ?? 200, answer.headers).end(answer.body);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const api = (): Api => new Api({ fetch, base });

  async function failure(request: Promise<unknown>): Promise<Failure> {
    return request.then(
      () => { throw new Error('it did not fail'); },
      (error: unknown) => failureOf(error),
    );
  }

  it('is spoken as {name, content} (seed 4.3)', async () => {
    answer = { body: '{"request":"accepted"}' };
    expect(await api().register('Ada')).toBe('Ada');
    answer = { body: '{"type":"answer","sdp":"v=0"}' };
    expect(await api().offer('Ada', 'Café Ñandú', 'v=0 offer')).toBe('v=0');
    expect(heard).toEqual([
      { path: '/register', body: { name: 'Ada', content: {} } },
      { path: '/offer', body: { name: 'Ada', content: { type: 'offer', sdp: 'v=0 offer', streamer: 'Café Ñandú' } } },
    ]);
  });

  it('denies a taken name without that being an error (seed 4.4)', async () => {
    answer = { body: '{"request":"denied"}' };
    expect(await api().register('Ada')).toBeUndefined();
  });

  it('names failures by the identifier that front gives', async () => {
    answer = { status: 503, headers: { 'retry-after': '7' }, body: '{"error":"streamer-full","message":"full up"}' };
    expect(await failure(api().offer('Ada', 'x', 'v=0'))).toEqual({ id: 'streamer-full', retryAfterMs: 7000, detail: 'full up' });
  });

  it('names them by status where the identifier is unknown or missing', async () => {
    for (const [status, id] of [[401, 'not-registered'], [404, 'unknown-streamer'], [406, 'no-common-codec'], [429, 'too-many-requests'], [504, 'streamer-silent'], [418, 'unexpected']] as const) {
      answer = { status, body: '<html>' };
      expect((await failure(api().offer('Ada', 'x', 'v=0'))).id).toBe(id);
    }
  });

  it('finds the service away when nobody listens', async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
    expect((await failure(api().register('Ada'))).id).toBe('service-away');
  });

  it('lets go of an offer that was aborted, and does not call that a failure of the service', async () => {
    const abort = new AbortController();
    abort.abort();
    expect((await failure(api().offer('Ada', 'x', 'v=0', abort.signal))).id).not.toBe('service-away');
    expect(heard).toEqual([]);
  });

  it('refuses an answer that is none', async () => {
    answer = { body: '{"type":"offer","sdp":"v=0"}' };
    expect((await failure(api().offer('Ada', 'x', 'v=0'))).id).toBe('bad-answer');
    answer = { body: '{"streamers":7}' };
    expect((await failure(api().streamers('Ada'))).id).toBe('unexpected');
  });

  it('leaves by a beacon that front reads like any other POST', async () => {
    const beacon = leaveBeacon('Ada');
    expect(beacon.type).toBe('application/json');
    expect(JSON.parse(await beacon.text())).toEqual({ name: 'Ada', content: {} });
  });
});
