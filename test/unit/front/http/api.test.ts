import { request } from 'node:http';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Client } from '../../../support/front/client.ts';
import { anyError, anyText, someText } from '../../../support/front/expectations.ts';
import { startFront } from '../../../support/front/start-front.ts';
import type { RunningFront } from '../../../support/front/start-front.ts';

let front: RunningFront;
let count = 0;

beforeAll(async () => {
  front = await startFront({ requestsPerMinute: 0 });
});
afterAll(() => front.close());

/** A viewer with a name that no other test uses. */
function someone(): Client {
  return new Client(front.url, `viewer ${count++}`);
}

describe('POST /register', () => {
  it('accepts a free name and sets a cookie that scripts cannot read (seed 4.4)', async () => {
    const answer = await someone().post('/register');
    expect(answer).toMatchObject({ status: 200, body: { request: 'accepted' } });
    expect(answer.headers.get('set-cookie')).toMatch(/^sipcast=[\w.-]+; Path=\/; HttpOnly; SameSite=Strict$/);
  });

  it('denies a taken name, also to many who ask at once (seed 4.4)', async () => {
    const { name } = someone();
    const rivals = Array.from({ length: 20 }, () => new Client(front.url, name));
    const answers = await Promise.all(rivals.map((rival) => rival.post('/register')));
    expect(answers.map(({ body }) => body['request']).sort()).toEqual(['accepted', ...Array.from({ length: 19 }, () => 'denied')]);
    expect(answers.filter(({ headers }) => headers.has('set-cookie'))).toHaveLength(1);
  });

  it('accepts again whoever proves the name by his cookie', async () => {
    const viewer = await someone().register();
    expect((await viewer.post('/register')).body).toEqual({ request: 'accepted' });
    expect((await new Client(front.url, viewer.name).post('/register')).body).toEqual({ request: 'denied' });
  });

  it('lets one browser have a name in each of two tabs', async () => {
    const one = await someone().register();
    const two = new Client(front.url, `${one.name} too`, one.cookie);
    await two.register();
    one.cookie = two.cookie;
    expect((await one.post('/options')).status).toBe(200);
    expect((await two.post('/options')).status).toBe(200);
  });

  it('accepts names with spaces, accents and markup (seed 4.22)', async () => {
    for (const name of ['José Núñez Ünal', '小林', '<img src=x onerror=alert(1)>', '__proto__', 'constructor', 'a/b?c#d%41;e="f"']) {
      const viewer = await new Client(front.url, name).register();
      expect((await viewer.post('/options')).status).toBe(200);
    }
  });

  it.each([['empty', ''], ['10 kB long', 'x'.repeat(10_240)], ['with a line feed', 'a\r\nSet-Cookie: b'], ['no text', 17], ['missing', undefined]])(
    'refuses a name that is %s',
    async (_what, name) => {
      const answer = await someone().send('/register', JSON.stringify({ name, content: {} }));
      expect(answer).toMatchObject({ status: 400, body: { error: 'bad-name' } });
    },
  );
});

describe('every POST', () => {
  const paths = ['/register', '/options', '/streamer', '/offer', '/leave'];

  it.each(paths.slice(1))('%s needs a registered name: 401 (seed 4.5)', async (path) => {
    const contents: Record<string, object> = { '/streamer': { streamer: 'cam' }, '/offer': { type: 'offer', sdp: 'v=0' } };
    const content = contents[path] ?? {};
    expect(await someone().post(path, content)).toMatchObject({ status: 401, body: { error: 'not-registered' } });
    const { cookie } = await someone().register();
    expect(await new Client(front.url, 'somebody else', cookie).post(path, content)).toMatchObject({ status: 401 });
  });

  it.each(paths)('%s answers malformed bodies with 400 and a reason (seed 4.3)', async (path) => {
    const viewer = await someone().register();
    const { name } = viewer;
    const bodies = [
      '', '{', 'nonsense', '[]', 'null', '"text"', '7', '{}', '{"content":{}}', `{"name":"${name}"}`, `{"name":"${name}","content":7}`,
      `{"name":"${name}","content":null}`, `{"name":"${name}","content":[]}`, `{"name":{"toString":1},"content":{}}`,
      '{"__proto__":{"name":"x","content":{}}}', `${'['.repeat(30_000)}${']'.repeat(30_000)}`, '\0\u{FEFF}', '{"name":"\\ud800","content":{}}',
    ];
    for (const body of bodies) {
      const answer = await viewer.send(path, body);
      expect.soft(answer, body.slice(0, 60)).toMatchObject({ status: 400, body: { error: anyText, message: someText } });
    }
  });

  it.each([
    ['/streamer', {}], ['/streamer', { streamer: 7 }], ['/streamer', { streamer: '' }], ['/streamer', { streamer: 'x'.repeat(10_240) }],
    ['/offer', {}], ['/offer', { type: 'answer', sdp: 'v=0' }], ['/offer', { type: 'offer' }], ['/offer', { type: 'offer', sdp: {} }], ['/offer', { type: 'offer', sdp: '' }],
  ])('%s refuses the content %.60j (seed 4.3)', async (path, content) => {
    const viewer = await someone().register();
    expect(await viewer.post(path, content)).toMatchObject({ status: 400, body: { error: 'malformed-request' } });
  });

  it.each(paths)('%s takes JSON only: 415', async (path) => {
    for (const type of ['text/html', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'application/json; charset=ebcdic', 'garbage']) {
      expect.soft(await someone().send(path, '{}', { headers: { 'content-type': type } }), type).toMatchObject({ status: 415, body: { error: 'unsupported-type' } });
    }
    expect(await someone().send(path, '{}', { headers: { 'content-encoding': 'rot13' } })).toMatchObject({ status: 415 });
  });

  it.each(paths)('%s takes at most 64 kB: 413', async (path) => {
    const answer = await someone().post(path, { filler: 'x'.repeat(65 * 1024) });
    expect(answer).toMatchObject({ status: 413, body: { error: 'too-large' } });
  });

  it.each(paths)('%s is no GET: 405', async (path) => {
    const answer = await someone().send(path, undefined, { method: 'GET' });
    expect(answer).toMatchObject({ status: 405, body: { error: 'method-not-allowed' } });
    expect(answer.headers.get('allow')).toBe('POST');
  });

  it('comes from pages of this server: 403 otherwise', async () => {
    const viewer = await someone().register();
    for (const origin of ['https://evil.example', 'null', 'http://127.0.0.1:1']) {
      expect(await viewer.post('/options', {}, { headers: { origin } })).toMatchObject({ status: 403, body: { error: 'foreign-origin' } });
    }
    expect((await viewer.post('/options', {}, { headers: { origin: front.url } })).status).toBe(200);
  });

  it('may be a beacon of plain text', async () => {
    const viewer = await someone().register();
    const answer = await viewer.post('/leave', {}, { headers: { 'content-type': 'text/plain;charset=UTF-8' } });
    expect(answer).toMatchObject({ status: 200, body: { request: 'accepted' } });
  });

  it('may say why the viewer gives up, by an identifier that the service knows: 400 otherwise', async () => {
    const viewer = await someone().register();
    expect(await viewer.post('/leave', { failure: 'no-udp' })).toMatchObject({ status: 200, body: { request: 'accepted' } });
    for (const failure of ['no-luck', 7, ['no-udp']]) expect(await viewer.post('/leave', { failure })).toMatchObject({ status: 400, body: { error: 'malformed-request' } });
  });

  it('leaves no object polluted', async () => {
    const viewer = await someone().register();
    await viewer.send('/options', `{"name":"${viewer.name}","content":{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}}`);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('everything else', () => {
  it.each(['/nothing', '/images/none.jpg', '/images/../../package.json', '/images/%2e%2e/%2e%2e/package.json', '/%', '/assets/', '/.env'])(
    '%s is answered in JSON, and is nothing that exists',
    async (path) => {
      const { hostname, port } = new URL(front.url);
      const answer = await new Promise<{ status: number | undefined; body: string }>((resolve, reject) => {
        // fetch would tidy the path up before it sends it.
        const sent = request({ hostname, port, path }, (response) => {
          let body = '';
          response.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
          response.on('end', () => resolve({ status: response.statusCode, body }));
        });
        sent.on('error', reject).end();
      });
      expect(answer.status === 404 || answer.status === 400).toBe(true);
      expect(JSON.parse(answer.body)).toEqual(anyError);
    },
  );

  it('carries the security headers', async () => {
    const { headers } = await fetch(`${front.url}/healthz`);
    expect(headers.get('content-security-policy')).toContain("default-src 'self'");
    expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
    expect(headers.get('content-security-policy')).not.toContain('unsafe');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('no-referrer');
    expect(headers.has('x-powered-by')).toBe(false);
  });

  it('is dropped when it is no HTTP, and nobody else notices', async () => {
    const { hostname, port } = new URL(front.url);
    for (const garbage of ['\0\0\0\0', 'GET\r\n\r\n', 'POST /register HTTP/1.1\r\nContent-Length: -1\r\n\r\n', `GET / HTTP/1.1\r\nX: ${'y'.repeat(100_000)}\r\n\r\n`]) {
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), hostname, () => socket.write(garbage));
        socket.on('error', () => undefined).on('close', () => resolve()).resume();
      });
    }
    expect((await fetch(`${front.url}/healthz`)).status).toBe(200);
  });
});
